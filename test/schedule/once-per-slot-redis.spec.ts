import { oncePerSlot } from './once-per-slot.js';

oncePerSlot({ broker: 'redis', lying: false });
