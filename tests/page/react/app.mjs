/** Components that show what a journal holds, mounted by the tests. */
import { Activity, createElement as h, StrictMode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { useActor, useEvents, useFold, useJournal, useLive } from 'actor-journal/react';

/** How often a component was rendered. */
export const renders = { count: 0 };

/** `live: 1 2 3`, or what has failed, with a button that reads on. */
function Shown({ children, status, error, retry }) {
  renders.count++;
  const failure = error && h('button', { id: 'retry', onClick: retry }, `${error.code ?? error.name}`);
  return h('p', null, `${status}: `, children, ' ', failure);
}

export function Events({ journal, query }) {
  const { events, ...live } = useEvents(journal, query);
  return h(Shown, live, events.map(({ event }) => event).join(' '));
}

/** `reducer` may be another one at each render. */
export function Sum({ journal, query = {}, reducer = (sum, { event }) => sum + event }) {
  const { state, ...live } = useFold(journal, query, reducer, 0);
  return h(Shown, live, String(state));
}

/** What was deposited, and what the last click was answered. */
export function Account({ system, create, name, answered }) {
  const { state, ask, ...live } = useActor(system, create, name);
  const deposit = () => ask({ deposit: 5 }).then(answered);
  return h('div', null, h(Shown, live, String(state)), h('button', { id: name, onClick: deposit }, 'Deposit'));
}

/** What is made elsewhere. */
export function Shared({ live }) {
  const { state, ...rest } = useLive(live);
  return h(Shown, rest, String(state));
}

export function Opening({ open, query }) {
  return h(Events, { journal: useJournal(open), query });
}

/** `mode` is `visible` or `hidden`. */
export function Hideable({ mode, component, props }) {
  return h(Activity, { mode }, h(component, props));
}

export function Two({ components }) {
  return components.map(([component, props], key) => h(component, { key, ...props }));
}

const inMode = (strict, component, props) => (strict ? h(StrictMode, null, h(component, props)) : h(component, props));

/** Puts a component into the page. */
export function mount(component, props, { strict = false } = {}) {
  const element = document.body.appendChild(document.createElement('main'));
  const root = createRoot(element);
  const render = (props) => root.render(inMode(strict, component, props));
  render(props);
  return { render, unmount: () => (root.unmount(), element.remove()) };
}

/** What a server makes of a component. */
export const rendered = (component, props) => renderToString(h(component, props));

/** Takes over what a server has made of a component. */
export function hydrate(component, props) {
  const element = document.body.appendChild(document.createElement('main'));
  element.innerHTML = rendered(component, props);
  const errors = [];
  hydrateRoot(element, h(component, props), { onRecoverableError: (error) => errors.push(error.message) });
  return { html: element.innerHTML, errors };
}
