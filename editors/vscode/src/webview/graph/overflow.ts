/** The controls that a narrow row has no room for: they move into a menu at its end, with their names. */
import { h } from '../dom.ts';

export interface Overflow {
  /** Opens the menu; it is there only while something is in it. */
  button: HTMLElement;
  menu: HTMLElement;
  /** Looks again at what fits: the row, or something in it, has another width. */
  fit(): void;
}

/** `tools` are the controls that may go, the last ones first. They stand in the row right before the button. */
export function createOverflow(row: HTMLElement, tools: readonly HTMLElement[]): Overflow {
  const menu = h('div', { id: 'more-menu', class: 'hidden', role: 'group', 'aria-label': 'More' });
  const button = h(
    'button',
    {
      id: 'more-tools',
      class: 'icon hidden',
      title: 'More',
      'aria-label': 'More',
      'aria-expanded': 'false',
      click: () => open(menu.classList.contains('hidden')),
    },
    h('span', { class: 'codicon codicon-ellipsis', 'aria-hidden': 'true' }),
  );

  function open(isOpen: boolean): void {
    menu.classList.toggle('hidden', !isOpen);
    button.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) {
      menu.querySelector('button')?.focus();
    }
  }

  function fit(): void {
    const focused = document.activeElement;
    for (const tool of tools) {
      if (tool.parentElement !== row) {
        row.insertBefore(tool, button);
      }
    }
    button.classList.add('hidden');
    if (row.scrollWidth > row.clientWidth) {
      button.classList.remove('hidden');
      for (const tool of tools.toReversed()) {
        if (row.scrollWidth <= row.clientWidth) {
          break;
        }
        menu.prepend(tool);
      }
    } else {
      open(false);
    }
    if (focused instanceof HTMLElement && focused !== document.activeElement) {
      focused.focus();
    }
  }

  menu.addEventListener('keydown', event => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      open(false);
      button.focus();
    }
  });
  menu.addEventListener('click', () => open(false));
  window.addEventListener('pointerdown', ({ target }) => {
    if (target instanceof Node && !menu.contains(target) && !button.contains(target)) {
      open(false);
    }
  });
  new ResizeObserver(fit).observe(row);
  return { button, menu, fit };
}
