import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** What a server says to one command, by its first word in capitals. */
type Answers = Partial<Record<'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | '.', string>>;

const USUAL = {
  EHLO: '250 here',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go on',
  '.': '250 taken',
};

/** A mail server that refuses, or says nothing at all: what the catcher can't do. Whoever starts it stops it. */
export async function startSmtpServer(answers: Answers | 'silent') {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (answers === 'silent') return;
    socket.write('220 here\r\n');
    let inData = false;
    createInterface({ input: socket }).on('line', (line) => {
      const word = inData ? line : (line.split(/[ :]/)[0] ?? '').toUpperCase();
      if (inData && word !== '.') return;
      inData = word === 'DATA';
      socket.write(`${{ ...USUAL, ...answers }[word as keyof typeof USUAL] ?? '250 ok'}\r\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    async stop(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
