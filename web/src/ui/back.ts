/** Calls `wake` whenever the page is looked at again or the network is back, until the returned function is called. */
export function whenBack(wake: () => void): () => void {
  const seen = () => {
    if (document.visibilityState === 'visible') wake();
  };
  addEventListener('online', seen);
  document.addEventListener('visibilitychange', seen);
  return () => {
    removeEventListener('online', seen);
    document.removeEventListener('visibilitychange', seen);
  };
}
