/** A short beep for a new message. Browsers allow it only after the visitor has touched the page. */

let context: AudioContext | undefined;

/** To be called from a gesture. */
export function unlock(): void {
  try {
    context ??= new AudioContext();
    void context.resume();
  } catch {
    // No sound here.
  }
}

export function beep(): void {
  if (context?.state !== 'running') return;
  const tone = context.createOscillator();
  const volume = context.createGain();
  volume.gain.value = 0.08;
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 0.2);
}
