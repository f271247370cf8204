import { expect, test } from 'vitest';
import { formatFragment, newSecret } from '../sealed/link.ts';
import { insideOf, intentTo } from './inside.ts';

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const ANDROID =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/AP4A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0.7339.51 Mobile Safari/537.36';

test.each([
  [`${IPHONE} Mobile/22F76 Instagram 390.0.0.28.85 (iPhone16,1; iOS 18_5; en_GB)`, 'Instagram', 'ios'],
  [`${ANDROID} Instagram 390.0.0.43.81 Android (35/15; 420dpi)`, 'Instagram', 'android'],
  [`${IPHONE} Mobile/22F76 [FBAN/FBIOS;FBAV/520.0.0.38.101;FBBV/756351453]`, 'Facebook', 'ios'],
  [`${ANDROID} [FB_IAB/FB4A;FBAV/520.0.0.44.99;]`, 'Facebook', 'android'],
  [`${IPHONE} Mobile/22F76 [FBAN/MessengerForiOS;FBAV/510.0]`, 'Messenger', 'ios'],
  [`${ANDROID} WhatsApp/2.25.20`, 'WhatsApp', 'android'],
  [`${IPHONE} Mobile/22F76 musical_ly_40.5.0 JsSdk/2.0 BytedanceWebview/d8a21c6`, 'TikTok', 'ios'],
  [`${ANDROID} [LinkedInApp]/4.1.1100`, 'LinkedIn', 'android'],
  [`${IPHONE} Mobile/22F76 Snapchat/13.40.0.41 (like Safari/8621)`, 'Snapchat', 'ios'],
  [`${ANDROID} MicroMessenger/8.0.60 Weixin`, 'WeChat', 'android'],
  [ANDROID, '', 'android'],
  [`${IPHONE} Mobile/22F76`, '', 'ios'],
])('%s is inside another app', (userAgent, app, system) => {
  expect(insideOf(userAgent)).toEqual({ app, system });
});

test.each([
  `${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1`,
  `${IPHONE} CriOS/140.0.7339.95 Mobile/15E148 Safari/604.1`,
  `${IPHONE} FxiOS/143.0 Mobile/15E148 Safari/605.1.15`,
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
])('%s is a browser of its own', (userAgent) => {
  expect(insideOf(userAgent)).toBeNull();
});

test('what Android opens holds the whole link', () => {
  const parts = { secret: newSecret(), fingerprint: newSecret() };
  const intent = intentTo({ protocol: 'https:', host: 'drop.example' }, parts);
  const at = intent.lastIndexOf('#');
  expect(intent.slice(0, at)).toBe(`intent://drop.example/u#${formatFragment(parts)}`);
  expect(intent.slice(at)).toMatch(/^#Intent;scheme=https;.*;end$/);
});
