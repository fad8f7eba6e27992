import { oncePerSlot } from './once-per-slot.js';

oncePerSlot({ broker: 'postgres', lying: false });
