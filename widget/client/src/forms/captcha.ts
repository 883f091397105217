/** Challenges of the desk, and how their pictures and sounds reach people where a page's policy lets no `data:` in. */
import type { PowChallenge as Work } from '../pow.ts';
import { ask } from './http.ts';

export interface CodeChallenge {
  id: string;
  kind: 'code';
  /** `data:` URLs. The sound is missing after a reload of the page. */
  image: string;
  audio?: string;
}

export interface PowChallenge extends Work {
  id: string;
  kind: 'pow';
}

export type Challenge = CodeChallenge | PowChallenge;

/** A challenge lives ten minutes; a little less is left for the way. */
export const CHALLENGE_MS = 9.5 * 60_000;

export const freshChallenge = (server: string, locale: string, kind: Challenge['kind']): Promise<Challenge> =>
  ask(`${server}/api/v1/captcha`, JSON.stringify({ kind }), { 'Accept-Language': locale });

const bytesOf = (url: string) =>
  Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (letter) => letter.charCodeAt(0));

/** Draws a picture into a canvas: decoded here, it needs no `img-src`. */
export async function paint(canvas: HTMLCanvasElement, picture: Blob): Promise<void> {
  const bitmap = await createImageBitmap(picture);
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
}

export const paintUrl = (canvas: HTMLCanvasElement, url: string): Promise<void> =>
  paint(canvas, new Blob([bytesOf(url)]));

let sounding: { stop(): void } | undefined;
let context: AudioContext | undefined;

/** Plays a sound from its beginning: decoded here, it needs no `media-src`. */
export async function play(url: string): Promise<void> {
  context ??= new AudioContext();
  await context.resume();
  const buffer = await context.decodeAudioData(bytesOf(url).buffer);
  sounding?.stop();
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(context.destination);
  source.start();
  sounding = source;
}
