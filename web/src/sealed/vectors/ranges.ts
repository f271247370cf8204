import {
  CHUNK,
  SEALED_CHUNK,
  chunkCount,
  isLegalPayload,
  payloadSize,
  plaintextSize,
  stretchOf,
} from '../ranges.ts';

const START = 184;

function sizes() {
  const plaintexts = [
    0,
    1,
    15,
    16,
    CHUNK - 1,
    CHUNK,
    CHUNK + 1,
    2 * CHUNK - 1,
    2 * CHUNK,
    2 * CHUNK + 1,
    10 * 2 ** 30,
  ];
  return plaintexts.map((plaintext) => {
    const payload = payloadSize(plaintext);
    return {
      name: `${String(plaintext)} bytes`,
      start: START,
      size: START + payload,
      payload,
      chunks: chunkCount(payload),
      plaintext,
    };
  });
}

function illegal() {
  const payloads = [0, 1, 15, SEALED_CHUNK + 1, SEALED_CHUNK + 15, SEALED_CHUNK + 16, 2 * SEALED_CHUNK + 16];
  return payloads.map((payload) => ({
    name: `a payload of ${String(payload)} bytes`,
    start: START,
    size: START + payload,
    payload,
    illegal: !isLegalPayload(payload),
  }));
}

function stretches() {
  const plaintext = 3 * CHUNK + 100;
  const size = START + payloadSize(plaintext);
  const wanted: [number, number][] = [
    [0, 0],
    [0, CHUNK - 1],
    [0, CHUNK],
    [CHUNK - 1, CHUNK],
    [CHUNK, 2 * CHUNK - 1],
    [100, 190_000],
    [3 * CHUNK, plaintext - 1],
    [plaintext - 1, plaintext - 1],
    [0, plaintext - 1],
  ];
  return wanted.map(([a, b]) => {
    const { firstChunk, lastChunk, from, to, skip } = stretchOf(a, b, START, size);
    return {
      name: `${String(a)} to ${String(b)} of ${String(plaintextSize(size - START))}`,
      start: START,
      size,
      a,
      b,
      first_chunk: firstChunk,
      last_chunk: lastChunk,
      from,
      to,
      skip,
    };
  });
}

export function rangesVectors() {
  return { cases: [...sizes(), ...illegal()], stretches: stretches() };
}
