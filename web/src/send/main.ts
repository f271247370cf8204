import { mount } from 'svelte';
import type { SendingEvents, SendingStart } from '../transfer/sending.ts';
import { whenBack } from '../ui/back.ts';
import '../ui/base.css';
import '../ui/shell.css';
import Send from './Send.svelte';

const load = async () => {
  const { startSending } = await import('../transfer/upload.ts');
  return {
    startSending: (start: SendingStart, events: SendingEvents) => startSending(start, events, whenBack),
  };
};
const target = document.getElementById('page');
if (target) mount(Send, { target, props: { load } });
