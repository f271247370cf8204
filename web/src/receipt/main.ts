import { mount } from 'svelte';
import '../ui/base.css';
import '../ui/shell.css';
import Receipt from './Receipt.svelte';

const target = document.getElementById('page');
if (target) mount(Receipt, { target });
