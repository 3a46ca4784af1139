import yoctoSpinner from 'yocto-spinner';
import type { Say } from './commands.ts';

/**
 * Shows a step while it runs: a spinner on a terminal, plain lines elsewhere. Ends with a line that says how long it took.
 *
 * @param words for what came of it, in place of the title.
 */
export async function step<T>(
  title: string,
  work: (say: Say) => Promise<T>,
  words: (result: T) => string = () => title,
): Promise<T> {
  const started = Date.now();
  const line = process.stdout.isTTY ? spinner(title) : plainLines(title);
  try {
    const result = await work((text) => line.say(`${title}: ${text}`));
    line.done(`${words(result)} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    return result;
  } catch (error) {
    line.failed(`${title}: failed`);
    throw error;
  }
}

interface Line {
  say(text: string): void;
  done(text: string): void;
  failed(text: string): void;
}

function spinner(title: string): Line {
  const spinning = yoctoSpinner({ text: title, stream: process.stdout, handleSignals: false });
  spinning.start();
  return {
    say: (text) => {
      spinning.text = text;
    },
    done: (text) => spinning.success(text),
    failed: (text) => spinning.error(text),
  };
}

function plainLines(title: string): Line {
  const print = (text: string) => console.log(text);
  print(`${title} …`);
  return {
    say: (text) => print(`  ${text}`),
    done: (text) => print(`✔ ${text}`),
    failed: (text) => print(`✖ ${text}`),
  };
}
