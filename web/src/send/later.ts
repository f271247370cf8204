/** The screens behind the first: fetched while the invitation is read, so that the first is there sooner. */
export { default as Answer } from './Answer.svelte';
export { default as Arrived } from './Arrived.svelte';
export { default as Check } from './Check.svelte';
export { default as Film } from './Film.svelte';
export { default as InsideNote } from './InsideNote.svelte';
export { default as Sending } from './Sending.svelte';
export { default as Stopped } from './Stopped.svelte';
export { Looks } from './looks.svelte.ts';
export { Run } from './run.svelte.ts';
