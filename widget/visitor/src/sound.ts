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
  const end = context.currentTime + 0.3;
  tone.frequency.value = 740;
  volume.gain.value = 0.08;
  volume.gain.exponentialRampToValueAtTime(0.001, end);
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(end);
}
