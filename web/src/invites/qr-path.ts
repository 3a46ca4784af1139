import { encode } from 'uqr';

/** A QR code as one path, in a square of so many units. */
export interface QrPath {
  size: number;
  path: string;
}

/** Of medium correction: a printed one may get a crease. Four units of quiet around, as cameras want (ISO/IEC 18004). */
export function qrPath(text: string): QrPath {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const path = data
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  return { size, path };
}
