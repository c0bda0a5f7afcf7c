import { describe, expect, test } from 'vitest';
import { type Markup, markupOf, plainWords } from './markdown';
import { mayHaveMarkup } from './markup';

const ana = { user_id: 1, full_name: 'Ana Ruiz' };

/** What would be shown, in short: elements by name, links with where they lead. */
function short(parts: Markup[]): string {
  return parts
    .map((part) => {
      switch (part.kind) {
        case 'text':
          return part.text;
        case 'list': {
          const name = part.isNumbered ? 'ol' : 'ul';
          const items = part.items.map(
            ({ marker, children }) => `<li${part.isNumbered ? ` ${marker}` : ''}>${short(children)}</li>`,
          );
          return `<${name}>${items.join('')}</${name}>`;
        }
        case 'link':
          return `<a ${part.href}>${short(part.children)}</a>`;
        case 'bold':
        case 'italic':
        case 'quote':
          return `<${part.kind}>${short(part.children)}</${part.kind}>`;
        default:
          return `<${part.kind}>${part.text}</${part.kind}>`;
      }
    })
    .join('');
}
const shownAs = (text: string) => short(markupOf(text, [ana]));

describe('markup', () => {
  test.each([
    [
      '**bold**, *italic* and _italic_',
      '<bold>bold</bold>, <italic>italic</italic> and <italic>italic</italic>',
    ],
    ['***both***', '<italic><bold>both</bold></italic>'],
    ['(**bold**). "*it*"', '(<bold>bold</bold>). "<italic>it</italic>"'],
    ['这是**重点**内容', '这是<bold>重点</bold>内容'],
    ['run `ls -l *.txt` now', 'run <code>ls -l *.txt</code> now'],
    ['see\n```\n  a_b = *c*\n\n# no\n```\ndone', 'see\n<codeBlock>  a_b = *c*\n\n# no</codeBlock>done'],
    ['Do:\n- one\n- **two**\n\nThanks', 'Do:\n<ul><li>one</li><li><bold>two</bold></li></ul>\nThanks'],
    ['- a\n  - b\n  - c\n- d', '<ul><li>a\n<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>'],
    ['2. b\n4. d', '<ol><li 2.>b</li><li 4.>d</li></ol>'],
    ['1) a\n2) b', '<ol><li 1)>a</li><li 2)>b</li></ol>'],
    ['> is it *on*?\nYes', '<quote>is it <italic>on</italic>?</quote>Yes'],
    ['> a\n> > b\n> c', null],
    ['> a\n>\n> b', '<quote>a\n\nb</quote>'],
    ['- a\n- b\nThanks', '<ul><li>a</li><li>b</li></ul>Thanks'],
    ['[the page](https://example.com/a_(b))', '<a https://example.com/a_(b)>the page</a>'],
    ['[*the* page](mailto:a@example.com)', '<a mailto:a@example.com><italic>the</italic> page</a>'],
    ['**bold\nover lines**', '<bold>bold\nover lines</bold>'],
  ])('%j', (text, expected) => {
    expect(mayHaveMarkup(text)).toBe(true);
    if (expected !== null) expect(shownAs(text)).toBe(expected);
    else expect(shownAs(text)).toContain('<quote>b');
  });
});

describe('a text without markup is shown to the last blank as typed', () => {
  test.each([
    '5 * 3 * 2 = 30',
    '5*3*2 and (a)*(b)*(c), 2**8**2',
    'count(*) or count(*)',
    'file_name_one.txt, __init__.py and _config_.yml, _a',
    '*.exe and *.dll* or C:\\*\\*, /tmp/*, /var/*',
    '\\\\server\\share\\_old_\\x',
    '  indented first\n\n\n\n    deep\n\tTab  \nend  ',
    '#TX123 is down',
    '# not a heading\n## nor this',
    'Title\n=====\nOther\n-----',
    '1. May is a holiday',
    '2026. That was a year',
    '- Peter',
    '-- \nPeter\n---\n***\n___',
    '+ added\n+ line',
    '| a | b |\n|---|---|\n| 1 | 2 |',
    '<b>bold</b> <img src=x onerror=alert(1)> <!-- x -->',
    '&amp; &lt; &#42;',
    '~~~\nnot code\n~~~ ~~no~~',
    '[TX123] array[i](x) [ref][other]\n\n[other]: https-no',
    '![picture](x.png)',
    'a \\*b\\* c\\\nd',
    '*** *',
    '',
    'é\u0301 👩‍👧 \ue000 *x',
  ])('%j', (text) => expect(shownAs(text)).toBe(text));
});

describe('people and addresses', () => {
  test.each([
    ['**@Ana Ruiz** look', '<bold><mention>@Ana Ruiz</mention></bold> look'],
    ['> @Ana Ruiz?\n@Bo', '<quote><mention>@Ana Ruiz</mention>?</quote>@Bo'],
    ['`@Ana Ruiz` and @Ana Ruizova *x*', '<code>@Ana Ruiz</code> and @Ana Ruizova <italic>x</italic>'],
    ['```\n@Ana Ruiz https://a.example\n```', '<codeBlock>@Ana Ruiz https://a.example</codeBlock>'],
    ['(https://a.example/x_(y)) *i*', '(<address>https://a.example/x_(y)</address>) <italic>i</italic>'],
    [
      'https://a.example/_x_/*y*/[z] *i*',
      '<address>https://a.example/_x_/*y*/[z]</address> <italic>i</italic>',
    ],
    ['**https://a.example/x**', '<bold><address>https://a.example/x</address></bold>'],
    [
      '- https://a.example/_a_b\n- @Ana Ruiz',
      '<ul><li><address>https://a.example/_a_b</address></li><li><mention>@Ana Ruiz</mention></li></ul>',
    ],
  ])('%j', (text, expected) => expect(shownAs(text)).toBe(expected));
});

describe('what is hostile stays text', () => {
  test.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](<java\tscript:alert(1)>)',
    '[x](data:text/html,hi)',
    '[x](vbscript:x)',
    '[x](//evil.example)',
    '[x](file:///etc/passwd)',
    '[](mailto:a@b.example)',
  ])('%j', (text) => expect(shownAs(text)).not.toContain('<a '));

  test('a picture of another host is not fetched', () =>
    expect(shownAs('![x](https://evil.example/p.png)')).toBe(
      '![x](<address>https://evil.example/p.png</address>)',
    ));
  test('a link that claims to lead elsewhere says where it leads', () => {
    expect(shownAs('[https://bank.example](https://evil.example)')).not.toContain('<a ');
    expect(shownAs('[www.bank.example/x](https://bank.example/x)')).toContain('<a https://bank.example/x>');
  });

  test.each(
    [
      '*',
      '[',
      '`',
      '_',
      '>',
      '- ',
      '1. ',
      '*a ',
      'a* ',
      '*a **b ',
      '[a](',
      '](',
      '[x](y',
      '> - ',
      '`a``b',
      '- a\n',
      '> a\n',
      '> a\nb\n',
      '- a\nb\n',
      '```\n',
      '(*a* ',
      'https://a.example/*',
      '@Ana Ruiz ',
      '_a ',
      '\n',
      ' ',
      '\t- ',
    ].map((unit) => [unit, unit.repeat(Math.ceil(10_000 / unit.length)).slice(0, 10_000)] as const),
  )('10,000 characters of %j are bounded in time and depth', (_unit, text) => {
    const timeOnce = () => {
      const start = performance.now();
      short(markupOf(text, [ana]));
      return performance.now() - start;
    };
    // Another process may take the processor away; what is slow itself is so every time.
    let time = timeOnce();
    for (let round = 0; round < 20 && time >= 100; round += 1) time = timeOnce();
    expect(time).toBeLessThan(100);
  });
  test('deeply nested lists whose lines all go on are shown as typed', () => {
    const text = `${'- '.repeat(2_000)}x${'\n'.repeat(5_000)}`;
    expect(shownAs(text)).toBe(text);
  });
});

test.each([
  ['**Restart** the *server*, `now`', 'Restart the server, now'],
  ['Steps:\n1. Stop\n2. Start\nDone', 'Steps: 1. Stop 2. Start Done'],
  ['- one\n- two', '• one • two'],
  ['> Does it **work**?\nYes', 'Does it work? Yes'],
  ['See [the page](https://a.example/x).', 'See the page.'],
  ['```\nls -la\n```\nHello', 'ls -la Hello'],
  ['5 * 3 * 2 = 30 on my_file_name', '5 * 3 * 2 = 30 on my_file_name'],
  ['Dear {{requester.first_name}},\n\nthank you', 'Dear {{requester.first_name}}, thank you'],
  ['```\n```', '``` ```'],
])('the plain words of %j are %j', (text, words) => expect(plainWords(text)).toBe(words));
