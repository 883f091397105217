import type { ComponentChildren } from 'preact';
import { toHash } from '../../state/route.ts';
import { defaultQuery, type TicketQuery } from '../../state/ticket_list.ts';

/** A way to another ticket, with the list as it is. */
export function NumberLink({
  number,
  query,
  children,
}: {
  number: string;
  query?: TicketQuery;
  children?: ComponentChildren;
}) {
  return (
    <a class="number-link" href={toHash({ page: 'tickets', number, query: query ?? defaultQuery })}>
      {children ?? number}
    </a>
  );
}

interface WithNumbersProps {
  text: string;
  query?: TicketQuery;
  /** False where people wrote the sentence: then it stays as it is. */
  linked?: boolean;
}

/** A sentence in which the numbers of tickets are links. */
export function WithNumbers({ text, query, linked = true }: WithNumbersProps) {
  if (!linked) return <>{text}</>;
  return (
    <>
      {text
        .split(/(\bT-\d{6,}\b)/u)
        .map((part, index) =>
          index % 2 ? <NumberLink key={`${index} ${part}`} number={part} {...(query ? { query } : {})} /> : part,
        )}
    </>
  );
}
