import { mount } from 'svelte';
import '../ui/base.css';
import { DeskWorker } from '../transfer/desk-worker.ts';
import { Session } from './session.svelte.ts';
import SessionPage from './Session.svelte';

const target = document.getElementById('page');
if (target) mount(SessionPage, { target, props: { session: new Session(new DeskWorker()) } });
