import { randomUUID } from 'node:crypto';
import AxeBuilder from '@axe-core/playwright';
import { describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { pageUnderTest } from './support/page-under-test.ts';

// The local stack's page in a real Chromium, as whoever sits at the local stack uses it.

const page = pageUnderTest();

const rowsOf = (opened: Page): Locator => opened.locator('#happenings tbody tr:visible');
const eventsOf = (opened: Page): Locator => opened.locator('#widget tbody tr');
const button = (opened: Page, name: string): Locator => opened.getByRole('button', { name, exact: true });

const send = async (opened: Page, event: string, how = 'Send'): Promise<void> => {
  await opened.locator('#send [name=source]').selectOption('altoviz');
  await opened.locator('#send [name=event]').selectOption(event);
  await button(opened, how).click();
};

const search = async (opened: Page, fields: { entity?: string; id?: string; duplicates?: boolean }) => {
  const widget = opened.locator('#widget');
  await widget.getByLabel('Source').selectOption('altoviz');
  await widget
    .getByLabel('Entity')
    .first()
    .selectOption(fields.entity ?? '');
  await widget.getByRole('searchbox').fill(fields.id ?? '');
  await widget.getByLabel('Duplicates only').setChecked(fields.duplicates ?? false);
  await button(opened, 'Search').click();
  await opened.locator('#widget[aria-busy="false"]').waitFor();
};

describe('the live list', () => {
  test('shows what was sent with a click, and what became of it', async () => {
    const opened = await page().open('live');
    await send(opened, 'QuoteCreated');
    await opened.locator('#sent', { hasText: /QuoteCreated: 200/ }).waitFor();
    await rowsOf(opened).filter({ hasText: 'altoviz200accepted' }).first().waitFor();
    await rowsOf(opened)
      .filter({ hasText: 'altoviz.quote.created' })
      .filter({ hasText: 'to quote.fifo' })
      .first()
      .waitFor();
  });

  test('shows a repeat, and what was rejected with its reason', async () => {
    const opened = await page().open('live');
    await send(opened, 'InvoiceCreated', 'Send twice');
    await rowsOf(opened).filter({ hasText: 'duplicate' }).first().waitFor();
    await send(opened, 'InvoiceCreated', 'Send tampered');
    await opened.locator('#sent', { hasText: /InvoiceCreated: 401/ }).waitFor();
    await rowsOf(opened).filter({ hasText: 'signature-mismatch' }).first().waitFor();
    await opened.getByLabel('Rejected and failed only').check();
    expect(await rowsOf(opened).allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('401signature-mismatch')]),
    );
    expect((await rowsOf(opened).allTextContents()).join()).not.toContain('accepted');
  });

  test('leads from an event to its details', async () => {
    const opened = await page().open('live');
    await send(opened, 'QuoteUpdated');
    await rowsOf(opened).getByRole('button', { name: 'altoviz.quote.updated' }).first().click();
    await opened.getByRole('heading', { name: 'altoviz.quote.updated' }).waitFor();
    await opened.getByText('routed to quote.fifo').waitFor();
  });
});

describe('the events', () => {
  test('are filtered by entity, by id and by whether they came twice', async () => {
    const opened = await page().open('live');
    await send(opened, 'CustomerCreated', 'Send twice');
    await send(opened, 'ProductCreated');
    await rowsOf(opened).filter({ hasText: 'to product.fifo' }).first().waitFor();
    await opened.getByRole('link', { name: 'Events' }).click();
    await search(opened, { entity: 'product' });
    expect(
      (await eventsOf(opened).allTextContents()).every((text) => text.includes('altoviz.product.')),
    ).toBe(true);
    expect(await eventsOf(opened).count()).toBeGreaterThan(0);
    await search(opened, { duplicates: true });
    expect((await eventsOf(opened).allTextContents()).every((text) => /duplicate/.test(text))).toBe(true);
    expect(await eventsOf(opened).count()).toBeGreaterThan(0);
    await search(opened, { entity: 'product', id: 'no-such-id' });
    await opened.getByText(/^No events from /).waitFor();
  });

  test('show a payload full of markup as the text that it is', async () => {
    const opened = await page().open('events');
    const faults: string[] = [];
    opened.on('dialog', () => faults.push('a dialog'));
    opened.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    const script = '</pre><script>globalThis.ran = true</script><img src=x onerror="globalThis.ran = true">';
    await page().deliver('ContactCreated', (payload) =>
      payload.replace(/"firstName": "[^"]*"/, `"firstName": ${JSON.stringify(script)}`),
    );
    // It is in the list as soon as fan-out is done with it.
    while ((await eventsOf(opened).count()) === 0) await search(opened, { entity: 'contact' });
    await eventsOf(opened).getByRole('button').first().click();
    await opened.getByLabel('Payload').waitFor();
    expect(await opened.getByLabel('Payload').textContent()).toContain(
      '<script>globalThis.ran = true</script>',
    );
    expect(await opened.evaluate<boolean>("'ran' in globalThis")).toBe(false);
    expect(faults).toEqual([]);
  });

  test('are replayed after a confirmation, and not before', async () => {
    const opened = await page().open('live');
    await send(opened, 'QuoteDeleted');
    const routed = rowsOf(opened).filter({ hasText: 'altoviz.quote.deleted' }).filter({ hasText: 'routed' });
    await routed.getByRole('button').first().click();
    await button(opened, 'Replay').click();
    await opened
      .getByRole('dialog')
      .getByText(/^Replay this altoviz.quote.deleted\?/)
      .waitFor();
    await button(opened, 'Cancel').click();
    await button(opened, 'Replay').click();
    await button(opened, 'Confirm').click();
    await opened.getByRole('heading', { name: 'Replayed' }).waitFor();
    await button(opened, 'Close').click();
    await opened.getByRole('link', { name: 'Live' }).click();
    await routed.nth(1).waitFor();
    expect(await routed.count()).toBe(2);
  });
});

describe('the rejected deliveries', () => {
  const OTHER_SECRET = 'the-secret-that-altoviz-has-already';

  /** Sends a delivery that is refused, and opens it from the live list. */
  const openRefused = async (opened: Page, secret = randomUUID()): Promise<void> => {
    await page().deliver('ContactCreated');
    await rowsOf(opened).first().waitFor();
    await button(opened, 'Clear').click();
    await page().deliver('QuoteUpdated', undefined, secret);
    await rowsOf(opened).getByRole('button', { name: 'signature-mismatch' }).click();
    const widget = opened.locator('#widget');
    // It is kept a moment after the answer.
    while ((await widget.locator('tbody tr').count()) === 0) await button(opened, 'Search').click();
    await widget.getByRole('button', { name: 'signature-mismatch' }).click();
    await opened.getByRole('heading', { name: 'Rejected: signature-mismatch' }).waitFor();
  };

  test('say why one is refused, and it is taken back once the secret is right', async () => {
    const opened = await page().open('live');
    await openRefused(opened, OTHER_SECRET);
    await opened.getByText('Refused with 401, signature-mismatch').waitFor();
    await opened.getByText('most likely it was signed with another secret').waitFor();
    expect(await opened.getByLabel('Body').textContent()).toContain('QuoteUpdated');
    const shown = (await opened.locator('#widget .gp').textContent()) ?? '';
    expect(shown).toContain('x-signature(not shown)');
    expect(shown.replace(/SHA-256 [0-9a-f]{64}/, '')).not.toMatch(/[0-9a-f]{64}/);
    await page().withSecret(OTHER_SECRET, async () => {
      await button(opened, 'Take back').click();
      await opened
        .getByRole('dialog')
        .getByText(/^Take back this delivery of altoviz\?/)
        .waitFor();
      await button(opened, 'Cancel').click();
      await button(opened, 'Take back').click();
      await button(opened, 'Confirm').click();
      await opened.getByText(/^It is genuine\./).waitFor();
      await opened.getByText('To quote.fifo', { exact: true }).waitFor();
    });
    await button(opened, 'Close').click();
    await button(opened, 'Back to the list').click();
    await opened.locator('#widget tbody tr', { hasText: 'taken back' }).first().waitFor();
  });

  test('stay refused while the secret is another one, and say so', async () => {
    const opened = await page().open('live');
    await openRefused(opened);
    await button(opened, 'Take back').click();
    await button(opened, 'Confirm').click();
    await opened.getByText(/^It is still refused: signature-mismatch/).waitFor();
  });

  test.each(['light', 'dark'] as const)(
    'are accessible in %s, and fit on 400 pixels',
    async (colorScheme) => {
      const opened = await page().open('live', { colorScheme, reducedMotion: 'reduce' });
      await openRefused(opened);
      const check = async () => {
        const { violations } = await new AxeBuilder({ page: opened })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
          .analyze();
        expect(violations.map(({ id }) => id)).toEqual([]);
      };
      const fits = () => opened.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth');
      await check();
      await opened.setViewportSize({ width: 400, height: 800 });
      expect(await fits()).toBe(true);
      await button(opened, 'Back to the list').click();
      await opened.locator('#widget tbody tr').first().waitFor();
      expect(await fits()).toBe(true);
      await opened.setViewportSize({ width: 1280, height: 900 });
      await check();
    },
  );
});

test('a queue shows what it holds, and nobody receives it', async () => {
  const opened = await page().open('live');
  await send(opened, 'ContactUpdated');
  await rowsOf(opened).filter({ hasText: 'altoviz.contact.updated' }).first().waitFor();
  await opened.getByRole('link', { name: 'Queues' }).click();
  await button(opened, 'gatepost-contact.fifo').click();
  await opened
    .getByText(/altoviz\.contact\.updated .*never received/)
    .first()
    .click();
  await opened.getByText('"providertype": "ContactUpdated"').first().waitFor();
});

test('all of it goes by keyboard alone', async () => {
  const opened = await page().open('live');
  await send(opened, 'CustomerUpdated');
  await rowsOf(opened).filter({ hasText: 'altoviz.customer.updated' }).first().waitFor();
  await opened.reload();

  /** What has the focus, also inside of the widget. */
  const focused = () =>
    opened.evaluate<string>(`(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.textContent?.trim() ?? '';
    })()`);
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 80; presses++) {
      await opened.keyboard.press('Tab');
      if ((await focused()) === name) return;
    }
    throw new Error(`Tab does not come to ${name}`);
  };
  await tabTo('Skip to the content');
  await tabTo('Events');
  await opened.keyboard.press('Enter');
  await eventsOf(opened).first().waitFor();
  await tabTo('altoviz.customer.updated');
  await opened.keyboard.press('Enter');
  await opened.getByRole('heading', { name: 'altoviz.customer.updated' }).waitFor();
  await tabTo('Replay');
  await opened.keyboard.press('Enter');
  expect(await focused()).toBe('Cancel');
  await tabTo('Confirm');
  await opened.keyboard.press('Enter');
  await opened.getByRole('heading', { name: 'Replayed' }).waitFor();
  expect(await focused()).toBe('Close');
  await opened.keyboard.press('Escape');
  await tabTo('Back to the list');
  await opened.keyboard.press('Enter');
  await eventsOf(opened).first().waitFor();
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each(['live', 'events', 'queues', 'dashboard'])('%s is accessible, by WCAG 2.2 AA', async (view) => {
    await page().deliver('QuoteCreated');
    const opened = await page().open(view, { colorScheme, reducedMotion: 'reduce' });
    if (view === 'dashboard') await opened.frameLocator('iframe').getByRole('heading').first().waitFor();
    else await opened.locator(`#${view} tbody tr`).first().waitFor();
    const check = async () => {
      const { violations } = await new AxeBuilder({ page: opened })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
        .analyze();
      return violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).slice(0, 3)}`,
      );
    };
    expect(await check()).toEqual([]);
    if (view !== 'events') return;
    await eventsOf(opened).getByRole('button').first().click();
    await button(opened, 'Replay').waitFor();
    expect(await check()).toEqual([]);
    await button(opened, 'Replay').click();
    expect(await check()).toEqual([]);
  });
});

test('nothing is wider than a screen of 400 pixels', async () => {
  await page().deliver('QuoteCreated');
  const opened = await page().open('live', { viewport: { width: 400, height: 800 } });
  const isTooWide = () => opened.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
  await rowsOf(opened).first().waitFor();
  expect(await isTooWide()).toBe(false);
  await opened.getByRole('link', { name: 'Queues' }).click();
  await opened.locator('#queue-list button').first().click();
  await opened.locator('#queue summary').first().click();
  expect(await isTooWide()).toBe(false);
  await opened.getByRole('link', { name: 'Dashboard' }).click();
  await opened.frameLocator('iframe').getByRole('heading').first().waitFor();
  expect(await isTooWide()).toBe(false);
  await opened.getByRole('link', { name: 'Events' }).click();
  await eventsOf(opened).first().waitFor();
  expect(await isTooWide()).toBe(false);
  await eventsOf(opened).getByRole('button').first().click();
  await button(opened, 'Replay').waitFor();
  expect(await isTooWide()).toBe(false);
});
