import { type DynamicModule, Module, type OnApplicationBootstrap, type Provider } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { asyncOptionsProviders } from '../tasks/options/async-options.js';
import { processRole } from '../tasks/process-role.js';
import { TransactionalCalls } from '../tasks/transaction/transactional-calls.js';
import { AttachmentCleanUp } from './attachments/attachment-clean-up.js';
import { AttachmentIntake } from './attachments/attachment-intake.js';
import { attachmentStoreProvider } from './attachments/attachment-store.provider.js';
import { ContentReader } from './attachments/content/content-reader.js';
import { ContentRegistry } from './attachments/content/content-registry.js';
import { ContentRemoval } from './attachments/content/content-removal.js';
import { ContentUpload } from './attachments/content/content-upload.js';
import { EmailAttachments } from './attachments/email-attachments.service.js';
import { EmailAttempt } from './attempt/email-attempt.js';
import { EmailBlockCheckService } from './block/email-block-check.service.js';
import { EmailBlockListService } from './block/email-block-list.service.js';
import { RecipientHistory } from './block/recipient-history.js';
import { checkDatabase } from './check-database.js';
import { checkTransactions } from './check-transactions.js';
import { EmailService } from './email.service.js';
import { EmailTasks } from './email.tasks.js';
import { EmailHealth } from './health/email-health.js';
import { EmailHooks } from './hooks/email-hooks.js';
import { EmailReader } from './message/email-reader.js';
import type {
  EmailModuleAsyncOptions,
  EmailModuleExtras,
  EmailModuleOptions,
} from './options/email-module-options.js';
import {
  EMAIL_OPTIONS,
  resolveEmailOptions,
  type ResolvedEmailOptions,
} from './options/resolve-email-options.js';
import { OutboxMetrics } from './metrics/outbox-metrics.js';
import { ClaimKeeper } from './outbox/claim-keeper.js';
import { EmailOutbox } from './outbox/email-outbox.js';
import { Statements } from './outbox/statements.js';
import { EmailPrepareService } from './prepare/email-prepare.service.js';
import { EmailSendService } from './smtp/email-send.service.js';
import { TransportBreakers } from './smtp/transport-breakers.js';
import { EmailAcceptance } from './submission/email-acceptance.js';
import { EmailBulk } from './submission/email-bulk.js';
import { EmailEnqueueService } from './submission/email-enqueue.service.js';
import { EmailPreprocessService } from './submission/email-preprocess.service.js';
import { EmailStore } from './submission/email-store.js';
import { EmailSubmission } from './submission/email-submission.js';
import { EmailReconciler } from './recovery/email-reconciler.js';
import { EmailRecovery } from './recovery/email-recovery.js';
import { EmailSweep } from './recovery/email-sweep.js';
import { EmailTemplates } from './templates/email-templates.service.js';
import { TemplateLibrary } from './templates/template-library.js';
import { EmailRetention } from './retention/email-retention.service.js';
import { RetentionJob } from './retention/retention-job.js';

const PUBLIC = [
  EmailHooks,
  EmailService,
  EmailAttachments,
  EmailRetention,
  EmailPreprocessService,
  EmailBlockCheckService,
  EmailPrepareService,
  EmailSendService,
  EmailBlockListService,
  EmailTemplates,
  EmailTasks,
];
const PRIVATE = [
  ClaimKeeper,
  attachmentStoreProvider,
  AttachmentCleanUp,
  AttachmentIntake,
  ContentReader,
  ContentRegistry,
  ContentRemoval,
  ContentUpload,
  EmailAcceptance,
  EmailAttempt,
  EmailBulk,
  EmailEnqueueService,
  EmailHealth,
  EmailOutbox,
  EmailReader,
  EmailReconciler,
  EmailRecovery,
  EmailStore,
  EmailSubmission,
  EmailSweep,
  OutboxMetrics,
  RecipientHistory,
  Statements,
  TransportBreakers,
  RetentionJob,
];

const LIBRARY: Provider = {
  provide: TemplateLibrary,
  inject: [EMAIL_OPTIONS],
  useFactory: ({ templates }: ResolvedEmailOptions) => TemplateLibrary.load(templates),
};

/**
 * An outbox for e-mails in the application's own Postgres, emptied by tasks.
 *
 * It needs, in the same application: TasksModule with a queue `email`, TypeOrmModule with a Postgres DataSource that has
 * `EMAIL_ENTITIES` and `EMAIL_MIGRATIONS`, whose tables are on its `search_path`, and TransactionalTasksModule on that
 * DataSource, which makes a row and its call one. It is global, like all of them.
 *
 * What is not guaranteed: that a message arrives once and only once. Of a message whose worker is killed between the
 * SMTP server's call for the content and the write of its answer nobody knows; its class says what becomes of it
 * (`onUnknown`), by default it is held as `unknown`.
 *
 * @publicApi
 */
@Module({})
export class EmailModule implements OnApplicationBootstrap {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly calls: TransactionalCalls,
    private readonly sweep: EmailSweep,
    private readonly cleanUp: AttachmentCleanUp,
    private readonly retention: RetentionJob,
  ) {
    checkDatabase(database);
  }

  /** @throws {@link MissingTransactionalTasksError} */
  async onApplicationBootstrap(): Promise<void> {
    await checkTransactions(this.database, this.calls);
    // A command does what it is told, and nothing by itself; a child process has a parent that does this.
    if (['tool', 'child'].includes(processRole().kind)) return;
    this.sweep.start();
    this.cleanUp.start();
    this.retention.start();
  }

  /** @throws {@link InvalidOptionError} */
  static forRoot({ imports, providers, ...options }: EmailModuleOptions & EmailModuleExtras): DynamicModule {
    return create([{ provide: EMAIL_OPTIONS, useValue: resolveEmailOptions(options) }], imports, providers);
  }

  /** The same with options from other providers; they are checked at boot. */
  static forRootAsync(options: EmailModuleAsyncOptions): DynamicModule {
    const resolved = asyncOptionsProviders(EMAIL_OPTIONS, options, 'createEmailOptions', resolveEmailOptions);
    return create(resolved, options.imports, options.providers);
  }
}

function create(
  options: Provider[],
  imports: DynamicModule['imports'] = [],
  providers: Provider[] = [],
): DynamicModule {
  return {
    module: EmailModule,
    global: true,
    imports,
    // The last of a token is the one that counts.
    providers: [...options, LIBRARY, ...PUBLIC, ...PRIVATE, ...providers],
    exports: PUBLIC,
  };
}
