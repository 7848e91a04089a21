// What a person does in the workbench, and what they see: commands, files, widgets.

/**
 * Opens the list that a key opens, types into it and takes the row that holds a text. A list closes when something
 * else takes the focus, an editor that opens late, say: then it is opened again.
 */
async function pick(page, key, typed, row) {
  const input = page.locator('.quick-input-widget input[type=text]').first();
  for (let attempt = 1; ; attempt += 1) {
    try {
      await page.keyboard.press(key);
      await input.waitFor({ state: 'visible', timeout: 5_000 });
      await input.fill(typed, { timeout: 5_000 });
      const rows = page.locator('.quick-input-list .monaco-list-row', { hasText: row });
      await rows.first().click({ timeout: 10_000 });
      return;
    } catch (error) {
      if (attempt === 4) {
        throw error;
      }
      await page.keyboard.press('Escape');
    }
  }
}

/** Runs a command from the palette. */
export async function runCommand(page, title) {
  await pick(page, 'F1', `>${title}`, title);
}

/** Opens a file of the workspace by its name. */
export async function openFile(page, name) {
  await pick(page, 'Control+p', name, name);
  await page.locator('.tab.active', { hasText: name }).waitFor();
  await line(page, 'apiVersion').waitFor();
  // The lens moves all lines below it down, so nothing is pointed at before it is there.
  await page.locator('.codelens-decoration a', { hasText: 'Resolved order' }).first().waitFor();
}

/** Undoes what a test did: closes all editors without saving. */
export async function closeEditors(page) {
  await page.keyboard.press('Escape');
  await runCommand(page, 'View: Close All Editors');
  const discard = page.locator('.monaco-dialog-box .monaco-button', { hasText: "Don't Save" });
  const empty = page.locator('.tabs-container .tab').first();
  await Promise.race([discard.waitFor(), empty.waitFor({ state: 'detached' })]);
  if (await discard.isVisible()) {
    await discard.click();
  }
  await empty.waitFor({ state: 'detached' });
}

export const line = (page, text) => page.locator('.view-line', { hasText: text }).first();

/** The first line whose text, as the editor draws it, fits a pattern. */
export const lineWith = (page, pattern) => page.locator('.view-line', { hasText: pattern }).first();

/** Puts the cursor at the end of the first line that holds a text. */
export async function goToEndOf(page, text) {
  await line(page, text).click();
  await page.keyboard.press('End');
}

export const toast = (page, text) => page.locator('.notification-toast', { hasText: text }).first();

/** How long a view may take to come: after a reload the whole workbench starts first. */
const PATIENCE_MS = 3 * Number(process.env.SPINE_TEST_PATIENCE ?? 20_000);

/** The inner frame of a view: the editor's frame holds the extension's page. */
export async function viewFrame(page, selector) {
  const frames = page.locator('iframe.webview.ready:visible'); // one that is hidden keeps its page
  await frames.first().waitFor({ timeout: PATIENCE_MS });
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const count = await frames.count();
    for (let index = 0; index < count; index += 1) {
      const inner = frames.nth(index).contentFrame().frameLocator('#active-frame');
      const found = await inner
        .locator(selector)
        .count()
        .catch(() => 0);
      if (found > 0) {
        return inner;
      }
    }
    await page.waitForTimeout(50);
  }
  throw new Error(`no view shows ${selector}`);
}

/** Chooses from an open menu; a click that comes with its opening would be taken for the end of the first. */
export async function chooseInMenu(page, label) {
  await page.locator('.monaco-menu .action-label', { hasText: label }).first().hover();
  await page.locator('.monaco-menu .action-item.focused', { hasText: label }).first().waitFor();
  await page.keyboard.press('Enter');
}

export const graphFrame = page => viewFrame(page, '#canvas');
export const planFrame = page => viewFrame(page, '#order');

/** Opens a file with the graph of its group beside it. */
export async function openGraph(page, name = 'daily.yaml') {
  await openFile(page, name);
  await runCommand(page, 'Spine: Show Graph');
  const frame = await graphFrame(page);
  await frame.locator('.node').first().waitFor();
  return frame;
}

export async function chooseTheme(page, name) {
  await runCommand(page, 'Preferences: Color Theme');
  const input = page.locator('.quick-input-widget input[type=text]').first();
  await input.fill(name);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
}

/** The line the cursor is on, as its number is set off in the margin: also when the focus is elsewhere. */
export async function cursorLine(page) {
  const numbers = await page.locator('.editor-instance .line-numbers.active-line-number').allInnerTexts();
  return Number(numbers[0]);
}

/** Waits until a question has the wanted answer; the last answer is in the message when it never has. */
export async function eventually(ask, wanted, what, patience = 20_000) {
  const deadline = Date.now() + patience;
  let last;
  for (;;) {
    last = await ask();
    if (wanted(last)) {
      return last;
    }
    if (Date.now() > deadline) {
      throw new Error(`${what}: still ${JSON.stringify(last)}`);
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
