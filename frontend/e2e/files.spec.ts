import { crc32, deflateSync } from 'node:zlib';
import { type APIRequestContext, expect, test } from '@playwright/test';
import { assignedTicket, type Headers, headersOf, screenshot, signIn } from './stack';

/** Files are looked at in place, pasted, and sent without words; Markdown is written by buttons and read as words. */

/** A picture of one colour. */
function png(width: number, height: number, colour: [number, number, number]): Buffer {
  const chunk = (kind: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, Buffer.from(colour))]);
  const rows = Buffer.concat(Array.from({ length: height }, () => row));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A PDF of one page. */
function pdf(words: string): Buffer {
  const drawing = `BT /F 24 Tf 40 100 Td (${words}) Tj ET`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>',
    `<</Length ${drawing.length}>>\nstream\n${drawing}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let text = '%PDF-1.4\n';
  const places = objects.map((object, index) => {
    const place = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}`;
  const end = `trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text + table + end, 'latin1');
}

interface NewFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

async function comment(
  request: APIRequestContext,
  headers: Headers,
  ticketNumber: string,
  text: string,
  files: NewFile[],
): Promise<void> {
  const uploads: number[] = [];
  for (const file of files) {
    const answer = await request.post(`/api/messaging/tickets/${ticketNumber}/uploads/`, {
      headers,
      multipart: { file },
    });
    expect(answer.status(), await answer.text()).toBe(201);
    uploads.push((await answer.json()).id);
  }
  const answer = await request.post('/api/messaging/comments/', {
    headers,
    data: { ticket_id: ticketNumber, text, uploads, visibility: 'internal' },
  });
  expect(answer.status(), await answer.text()).toBe(201);
}

test('pictures and PDF files are looked at in one click and paged through by keys', async ({
  page,
  request,
}) => {
  const ticket = await assignedTicket(request);
  const headers = await headersOf(request, ticket.assignee);
  await comment(request, headers, ticket.ticketNumber, 'Two pictures', [
    { name: 'red.png', mimeType: 'image/png', buffer: png(1_600, 900, [200, 40, 40]) },
    { name: 'blue.png', mimeType: 'image/png', buffer: png(300, 200, [40, 40, 200]) },
  ]);
  await comment(request, headers, ticket.ticketNumber, 'The invoice', [
    { name: 'invoice.pdf', mimeType: 'application/pdf', buffer: pdf('Invoice 2026-17') },
  ]);
  const refused: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) refused.push(message.text());
  });
  await signIn(page, ticket.assignee);
  await page.goto(`/tickets/${ticket.ticketNumber}`);
  const red = page.getByRole('button', { name: /red\.png/ });
  await red.scrollIntoViewIfNeeded();
  const thumbnail = red.locator('img');
  await expect(thumbnail).toBeVisible();
  expect(await thumbnail.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(1_600);
  await screenshot(page, 'files-thumbnails');

  await red.click();
  const viewer = page.getByRole('dialog', { name: 'red.png' });
  const picture = viewer.getByRole('img', { name: 'red.png' });
  await expect(picture).toBeVisible();
  await expect(viewer.getByRole('status')).toHaveText('1 of 3');
  // It fits.
  const fitted = (await picture.boundingBox()) as { width: number; height: number };
  expect(fitted.width).toBeLessThanOrEqual(1_440);
  expect(fitted.height).toBeLessThanOrEqual(900);
  expect(fitted.width / fitted.height).toBeCloseTo(16 / 9, 1);
  await screenshot(page, 'files-viewer');
  await page.keyboard.press('+');
  await expect.poll(async () => (await picture.boundingBox())?.width).toBeGreaterThan(fitted.width + 50);
  await screenshot(page, 'files-viewer-zoomed');
  await page.keyboard.press('0');
  await expect.poll(async () => (await picture.boundingBox())?.width).toBe(fitted.width);

  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('img', { name: 'blue.png' })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  const invoice = page.getByRole('dialog', { name: 'invoice.pdf' });
  await expect(invoice.getByTitle('invoice.pdf').locator('visible=true').last()).toBeVisible();
  // The browser's own viewer has taken it, under an origin that is not the application's.
  await expect
    .poll(() => page.frames().some((frame) => frame.url().startsWith('chrome-extension://')))
    .toBe(true);
  expect(refused).toEqual([]);
  await page.waitForTimeout(process.env.SHOTS ? 1_500 : 0);
  await screenshot(page, 'files-pdf');
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    invoice.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe('invoice.pdf');
  await invoice.getByRole('button', { name: 'Previous file' }).click();
  await expect(page.getByRole('img', { name: 'blue.png' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(red).toBeFocused();

  await page.setViewportSize({ width: 360, height: 740 });
  await red.click();
  await expect(viewer).toBeVisible();
  // The whole window is the picture's.
  await expect.poll(async () => (await viewer.boundingBox())?.width).toBe(360);
  await screenshot(page, 'files-viewer-360');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

test('a screenshot is pasted and sent without words, and a file dropped anywhere is attached', async ({
  page,
  request,
}) => {
  const ticket = await assignedTicket(request);
  await signIn(page, ticket.assignee);
  await page.goto(`/tickets/${ticket.ticketNumber}`);
  const box = page.locator('#ticket-composer');
  await box.click();
  const bytes = png(640, 360, [40, 160, 80]).toString('base64');
  const give = (where: 'paste' | 'drop', name: string) =>
    page.evaluate(
      ([where, name, bytes]) => {
        const data = new DataTransfer();
        const content = Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0));
        data.items.add(new File([content], name, { type: 'image/png' }));
        const event =
          where === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
            : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
        const target = where === 'paste' ? document.activeElement : document.querySelector('h1');
        target?.dispatchEvent(event);
      },
      [where, name, bytes] as const,
    );
  await give('paste', 'image.png');
  await expect(page.getByRole('button', { name: /Remove screenshot-.*\.png/ })).toBeVisible();
  await screenshot(page, 'files-pasted');
  await page.keyboard.press('Control+Enter');
  const sent = page.getByRole('article').filter({ hasText: /screenshot-.*\.png/ });
  await expect(sent.getByRole('button', { name: /screenshot-/ }).locator('img')).toBeVisible();
  await expect(page.getByText('sending…')).toHaveCount(0);
  await expect(page.getByRole('button', { name: /Remove screenshot-/ })).toHaveCount(0);

  await give('drop', 'dropped.png');
  await expect(page.getByRole('button', { name: 'Remove dropped.png' })).toBeVisible();
  await page.getByRole('button', { name: 'Remove dropped.png' }).click();
});

test('Markdown is written by buttons, shown formatted, quoted plainly, and plain in the list of canned replies', async ({
  page,
  request,
}) => {
  const ticket = await assignedTicket(request);
  const headers = await headersOf(request, ticket.assignee);
  const title = `Restart ${Date.now()}`;
  const made = await request.post('/api/messaging/canned-replies/', {
    headers,
    data: { title, text: 'Please **restart** the `server`:\n- now\n- again', scope: 'own' },
  });
  expect(made.status(), await made.text()).toBe(201);

  await signIn(page, ticket.assignee);
  await page.goto(`/tickets/${ticket.ticketNumber}`);
  const box = page.locator('#ticket-composer');
  await box.click();
  await box.pressSequentially('It is the fan');
  await page.keyboard.press('Control+Shift+ArrowLeft');
  const bar = page.getByRole('toolbar', { name: 'Formatting' });
  await bar.getByRole('button', { name: 'Bold' }).click();
  await expect(box).toHaveValue('It is the **fan**');
  await screenshot(page, 'markdown-toolbar');
  // As if it had been typed: the browser takes it back and does it again.
  await page.keyboard.press('Control+z');
  await expect(box).toHaveValue('It is the fan');
  await page.keyboard.press('Control+Shift+z');
  await expect(box).toHaveValue('It is the **fan**');
  await box.press('End');
  await box.press('Enter');
  await box.press('Control+Shift+8');
  await box.pressSequentially('loud\n- hot');
  await expect(box).toHaveValue('It is the **fan**\n- loud\n- hot');
  await page.keyboard.press('Control+Enter');
  const said = page.getByRole('article').filter({ hasText: 'It is the fan' });
  await expect(said.locator('strong')).toHaveText('fan');
  await expect(said.getByRole('listitem')).toHaveText(['loud', 'hot']);
  await expect(page.getByText('sending…')).toHaveCount(0);

  await said.getByRole('button', { name: 'Reply', exact: true }).click();
  await page.getByRole('textbox', { name: /^Reply to/ }).fill('Ordered');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('button', { name: /^Reply to .*: It is the fan • loud • hot$/ })).toBeVisible();
  await screenshot(page, 'markdown-sent');

  await box.click();
  await box.pressSequentially(`/${title.split(' ')[1]}`);
  const option = page.getByRole('option', { name: new RegExp(title) });
  await expect(option).toContainText('Please restart the server: • now • again');
  await screenshot(page, 'markdown-canned');
  await box.fill('');
  await page.setViewportSize({ width: 360, height: 740 });
  await screenshot(page, 'markdown-360');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);

  const { id } = await made.json();
  expect((await request.delete(`/api/messaging/canned-replies/${id}/`, { headers })).status()).toBe(204);
});
