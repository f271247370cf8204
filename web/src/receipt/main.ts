import { mount } from 'svelte';
import '../ui/base.css';
import Receipt from './Receipt.svelte';

const target = document.getElementById('page');
if (target) mount(Receipt, { target });
