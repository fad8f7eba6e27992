import type { FactoryProvider } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import { ATTACHMENT_STORE, type AttachmentStore } from './attachment-store.js';
import { DatabaseStore } from './stores/database-store.js';
import { DirectoryStore } from './stores/directory-store.js';

/** Makes the store that the options name. */
export const attachmentStoreProvider: FactoryProvider<AttachmentStore> = {
  provide: ATTACHMENT_STORE,
  inject: [EMAIL_OPTIONS, getDataSourceToken(), ModuleRef],
  useFactory: async (options: ResolvedEmailOptions, database: DataSource, module: ModuleRef) => {
    const { store } = options.attachments;
    if (store === 'database') return new DatabaseStore(database);
    if (typeof store === 'function') return module.create(store);
    return 'write' in store ? store : new DirectoryStore(store.directory);
  },
};
