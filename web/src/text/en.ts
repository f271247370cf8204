/**
 * Every word on screen. One object for each page, so that a page carries only its own; a value is a
 * text or a function of what varies in it.
 */
export { begun } from './begun.ts';
export { builder } from './builder.ts';
export { cover } from './cover.ts';
export { desk } from './desk.ts';
export { first } from './first.ts';
export { send } from './send.ts';
export { stops } from './stops.ts';
export { receipt } from './receipt.ts';
export { units } from './units.ts';
export { drafts } from './drafts.ts';
export { notice, settings } from './settings.ts';
