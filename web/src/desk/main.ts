import { mount } from 'svelte';
import '../ui/base.css';
import Desk from './Desk.svelte';

const target = document.getElementById('page');
if (target) mount(Desk, { target });
