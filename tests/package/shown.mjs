/** What a live state shows. */

/** Subscribes until what is shown fits, and answers it. */
export function shown(live, fits) {
  return new Promise((resolve) => {
    const look = () => {
      if (!fits(live.getSnapshot())) return;
      end();
      resolve(live.getSnapshot());
    };
    const end = live.subscribe(look);
    look();
  });
}

export const isLive = ({ status }) => status === 'live';
export const failure = async (live) => (await shown(live, ({ status }) => status === 'failed')).error;
