// A child of BarePool: a task that does nothing.
process.on('message', (message: { call: number }) => process.send?.({ done: message.call }));
