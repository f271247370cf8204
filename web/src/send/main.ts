import { mount } from 'svelte';
import type { SendingEvents, SendingStart } from '../transfer/sending.ts';
import type { Unfinished } from '../transfer/unfinished.ts';
import { whenBack } from '../ui/back.ts';
import '../ui/base.css';
import '../ui/shell.css';
import Send from './Send.svelte';

const load = async () => {
  const { startSending, continueSending } = await import('../transfer/upload.ts');
  return {
    continueSending: (unfinished: Unfinished, events: SendingEvents) =>
      continueSending(unfinished, events, whenBack),
    startSending: (start: SendingStart, events: SendingEvents) => startSending(start, events, whenBack),
  };
};
const target = document.getElementById('page');
if (target) mount(Send, { target, props: { load } });
