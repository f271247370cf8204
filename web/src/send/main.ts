import { mount } from 'svelte';
import '../ui/base.css';
import Send from './Send.svelte';

const load = () => Promise.reject(new Error('not built yet'));
const target = document.getElementById('page');
if (target) mount(Send, { target, props: { load } });
