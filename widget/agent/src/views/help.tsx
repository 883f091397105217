/** The keyboard, as a list. */
import { Dialog } from './bits.tsx';
import { useApp } from './context.ts';

type Line = [combos: string[][], what: string];

export function HelpDialog({ onClose }: { onClose(): void }) {
  const { t } = useApp();
  const everywhere: Line[] = [
    [[['Ctrl', 'K']], t.help.goTo],
    [
      [
        ['Alt', '↑'],
        ['Alt', '↓'],
      ],
      t.help.prevNext,
    ],
    [[['Enter'], ['Ctrl', 'Enter']], t.help.send],
    [[['Shift', 'Enter']], t.help.newLine],
    [[['Alt', 'N']], t.help.note],
    [[['Alt', 'T']], t.help.transfer],
    [[['Alt', 'C']], t.help.close],
    [[['Alt', 'K']], t.help.ticket],
    [[['Alt', 'I']], t.help.details],
    [[['?']], t.help.help],
    [[['Esc']], t.help.escape],
  ];
  const tickets: Line[] = [
    [[['J'], ['K']], t.tickets.help.nextPrev],
    [[['Enter']], t.tickets.help.open],
    [[['X']], t.tickets.help.pick],
    [[['R']], t.tickets.help.answer],
    [[['N']], t.tickets.help.note],
    [[['Ctrl', 'Enter']], t.tickets.help.send],
    [[['/']], t.tickets.help.reply],
    [[['Esc']], t.tickets.help.close],
  ];
  return (
    <Dialog title={t.help.title} onClose={onClose}>
      <Lines lines={everywhere} />
      <h3>{t.tickets.help.title}</h3>
      <Lines lines={tickets} />
    </Dialog>
  );
}

function Lines({ lines }: { lines: Line[] }) {
  const { t } = useApp();
  return (
    <dl class="keys">
      {lines.map(([combos, what]) => (
        <div key={what}>
          <dt>
            {combos.map((combo, index) => (
              <span key={combo.join('+')}>
                {index > 0 && <span class="muted"> {t.help.or} </span>}
                {combo.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </span>
            ))}
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
}
