import { describe, expect, it } from 'vitest';
import type { Invitation } from '../sealed/invitation.ts';
import { complaints, doubtsOf, draftOf, formAgain, formAsBefore, formFrom, isTouched } from './link-form.ts';
import { added, changed, choiceAdded, moved, MOST_QUESTIONS, without } from './questions.ts';
import { FORM_CHECK, INTAKE, TEMPLATES, templateOf } from './templates.ts';

describe('the built-in templates', () => {
  it.each(TEMPLATES)('$name becomes a link as it is, and its greeting tells nothing', (template) => {
    const form = formFrom(template, 'Anna');
    expect(complaints(form)).toEqual([]);
    expect(doubtsOf(form, 'Jo Meyer')).toEqual([]);
    expect(form.questions.every((question) => /^[a-z0-9-]{1,32}$/.test(question.id))).toBe(true);
    expect(isTouched(form, template)).toBe(false);
  });

  it('stands in for one of a later version', () => {
    expect(templateOf('from-2030')).toBe(FORM_CHECK);
    expect(templateOf('client-intake')).toBe(INTAKE);
  });
});

describe('a link being made', () => {
  const form = () => formFrom(FORM_CHECK, 'Anna');

  it('needs nothing but its template, not even a label', () => {
    expect(complaints(formFrom(FORM_CHECK))).toEqual([]);
  });

  it('says each thing that is wrong', () => {
    expect(complaints({ ...form(), uses: 0 })).toEqual([{ field: 'uses', wrong: 'out-of-range' }]);
    expect(complaints({ ...form(), uses: 1.5 })).toHaveLength(1);
    expect(complaints({ ...form(), uses: 101 })).toHaveLength(1);
    expect(complaints({ ...form(), uses: 100 })).toEqual([]);
    expect(complaints({ ...form(), retention: 8 * 86400 })).toHaveLength(1);
    expect(complaints({ ...form(), greeting: 'x'.repeat(4001) })).toEqual([
      { field: 'greeting', wrong: 'too-long' },
    ]);
  });

  it('lets a question for a video wish for a length, and no other question', () => {
    const film = changed(added([], 'file'), 'q1', { kind: 'file', takes: 'video' });
    const short = changed(film, 'q1', { max_seconds: 30 });
    expect(short[0]?.max_seconds).toBe(30);
    expect(changed(short, 'q1', { kind: 'file', takes: 'picture' })[0]).not.toHaveProperty('max_seconds');
    expect(changed(short, 'q1', { kind: 'short' })[0]).not.toHaveProperty('max_seconds');
  });

  it('says what is wrong with a question', () => {
    let questions = added([], 'choice');
    const wrong = () => complaints({ ...form(), questions }).map((complaint) => complaint.wrong);
    expect(wrong()).toEqual(['empty']);
    questions = changed(questions, 'q1', { text: 'Which?' });
    expect(wrong()).toEqual(['empty-choice']);
    const choices = (a: string, b: string) => [
      { id: 'c1', text: a },
      { id: 'c2', text: b },
    ];
    questions = changed(questions, 'q1', { choices: choices('Left', 'left ') });
    expect(wrong()).toEqual(['same-choice']);
    questions = changed(questions, 'q1', { choices: choices('Left', 'Right') });
    expect(wrong()).toEqual([]);
  });

  it('wishes for a film as long as its template says, and for the same again', () => {
    expect(draftOf(form(), 0).max_seconds).toBe(60);
    expect(formFrom(INTAKE).max_seconds).toBeNull();
    const { questions, ...said } = draftOf({ ...form(), max_seconds: 120 }, 0);
    const invitation = { ...said, questions, from: '', readers: [] } as unknown as Invitation;
    expect(formAsBefore('Anna', invitation).max_seconds).toBe(120);
    const bare = { ...invitation, max_seconds: undefined } as unknown as Invitation;
    expect(formAsBefore('Anna', bare).max_seconds).toBeNull();
    expect(isTouched({ ...form(), max_seconds: 30 }, FORM_CHECK)).toBe(true);
  });

  it('knows when something was written over the template, but times are not that', () => {
    expect(isTouched({ ...form(), greeting: 'Hi' }, FORM_CHECK)).toBe(true);
    expect(isTouched({ ...form(), retention: 3600, uses: 3, label: 'B' }, FORM_CHECK)).toBe(false);
  });

  it('warns about what stands in greeting and instructions, once, and lets the trainer sign', () => {
    const told = { ...form(), greeting: 'Hi, mind your injury. Jo Meyer', instructions: 'Film the injury' };
    expect(doubtsOf(told, 'Jo Meyer')).toEqual([{ about: 'health', words: 'injury' }]);
    expect(doubtsOf(told, 'Studio North').map((doubt) => doubt.about)).toEqual(['health', 'name']);
  });

  it('asks again with the same label, template, retention and uses', () => {
    const again = formAgain({ label: 'Anna', template: 'client-intake', retention: 86400, uses: 3 });
    expect(again).toMatchObject({ label: 'Anna', template: 'client-intake', retention: 86400, uses: 3 });
    expect(again.greeting).toBe(INTAKE.greeting);
    const odd = formAgain({ label: '', template: 'by the terminal', retention: 5000, uses: 1 });
    expect(complaints(odd)).toEqual([]);
  });

  it('becomes a draft with trimmed texts and an instant of closing', () => {
    const draft = draftOf({ ...form(), label: ' Anna ', greeting: ' Hi\n' }, 1000);
    expect(draft).toMatchObject({
      label: 'Anna',
      greeting: 'Hi',
      closes_at: 1000 + 7 * 86400,
      template: 'form-check',
      uses: 1,
    });
  });
});

describe('the questions', () => {
  it('are added with ids that are free, moved, and taken away', () => {
    let list = added(added(added([])));
    expect(list.map((question) => question.id)).toEqual(['q1', 'q2', 'q3']);
    list = moved(list, 'q3', -1);
    expect(list.map((question) => question.id)).toEqual(['q1', 'q3', 'q2']);
    expect(moved(list, 'q1', -1)).toEqual(list);
    expect(moved(list, 'q2', 1)).toEqual(list);
    expect(moved(list, 'nobody', 1)).toEqual(list);
    list = added(without(list, 'q1'));
    expect(list.map((question) => question.id)).toEqual(['q3', 'q2', 'q4']);
  });

  it('get two answers to choose from when they become a choice, and lose them after', () => {
    let list = changed(added([]), 'q1', { kind: 'choice' });
    expect(list[0]?.choices).toHaveLength(2);
    const question = list[0];
    if (question) expect(choiceAdded(question).map((choice) => choice.id)).toEqual(['c1', 'c2', 'c3']);
    list = changed(list, 'q1', { kind: 'number' });
    expect(list[0]?.choices).toEqual([]);
  });

  it('are at most sixty', () => {
    let list = added([]);
    for (let i = 0; i < 70; i += 1) list = added(list);
    expect(list).toHaveLength(MOST_QUESTIONS);
  });
});
