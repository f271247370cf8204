import { mount } from 'svelte';
import '../ui/base.css';
import Send from './Send.svelte';

const load = () => import('../transfer/upload.ts');
const target = document.getElementById('page');
if (target) mount(Send, { target, props: { load } });
