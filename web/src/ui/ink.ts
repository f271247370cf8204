/** What is drawn on pictures, the same at the desk and on the receipt: light, dew, amber, coral, each seen on skin, grass and rubber. */
export const COLOURS = ['#fffdf9', '#6fe0bd', '#ffc14d', '#ff7a66'] as const;
