import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateEmailOutbox1764000000000 implements MigrationInterface {
  readonly name = 'CreateEmailOutbox1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE "email_message" (
        "id" uuid NOT NULL,
        "seq" bigserial NOT NULL,
        "created_on" timestamptz NOT NULL DEFAULT clock_timestamp(),
        "message_class" text NOT NULL DEFAULT 'default',
        "priority" text NOT NULL DEFAULT 'normal',
        "status" text NOT NULL DEFAULT 'pending',
        "reason" text,
        "email_has_been_sent" boolean NOT NULL DEFAULT false,
        "from_name" text,
        "from_address" text NOT NULL,
        "subject" text,
        "text" text,
        "html" text,
        "template" text,
        "context" json,
        "headers" jsonb NOT NULL DEFAULT '{}',
        "unsubscribe" jsonb,
        "tags" text[] NOT NULL DEFAULT '{}',
        "metadata" jsonb NOT NULL DEFAULT '{}',
        "message_id" text NOT NULL,
        "date" timestamptz NOT NULL,
        "idempotency_key" text,
        "send_at" timestamptz,
        "expires_at" timestamptz,
        "generation" integer NOT NULL DEFAULT 0,
        "call_id" text,
        "enqueued_at" timestamptz,
        "attempts" integer NOT NULL DEFAULT 0,
        "next_attempt_on" timestamptz,
        "claim_token" uuid,
        "claimed_until" timestamptz,
        "transport" text,
        "sent_on" timestamptz,
        "finished_on" timestamptz,
        "anonymised_on" timestamptz,
        "smtp_response" text,
        CONSTRAINT "email_message_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "email_message_idempotency_key" UNIQUE ("idempotency_key"),
        CONSTRAINT "email_message_status"
          CHECK ("status" IN ('pending', 'claimed', 'handed_over', 'deferred', 'sent', 'blocked', 'failed', 'expired',
                              'cancelled', 'unknown')),
        CONSTRAINT "email_message_priority" CHECK ("priority" IN ('high', 'normal', 'low')),
        CONSTRAINT "email_message_content" CHECK ("subject" IS NOT NULL OR "context" IS NOT NULL),
        CONSTRAINT "email_message_finished"
          CHECK (("finished_on" IS NOT NULL) = ("status" IN ('sent', 'blocked', 'failed', 'expired', 'cancelled'))),
        CONSTRAINT "email_message_sent" CHECK ("email_has_been_sent" = ("status" = 'sent'))
      )`);
    await queryRunner.query(`CREATE UNIQUE INDEX "email_message_seq" ON "email_message" ("seq")`);
    await queryRunner.query(`
      CREATE INDEX "email_message_unsent" ON "email_message" ("status", "seq") WHERE "status" <> 'sent'`);
    await queryRunner.query(`
      CREATE INDEX "email_message_tags" ON "email_message" USING gin ("tags") WHERE "tags" <> '{}'`);
    await queryRunner.query(`
      CREATE INDEX "email_message_kept" ON "email_message" ("finished_on", "seq") WHERE "finished_on" IS NOT NULL`);
    // What is anonymised stays in the index above for as long as it is kept, and leaves this one.
    await queryRunner.query(`
      CREATE INDEX "email_message_to_anonymise" ON "email_message" ("finished_on", "seq")
        WHERE "finished_on" IS NOT NULL AND "anonymised_on" IS NULL`);
    await queryRunner.query(`
      CREATE INDEX "email_message_uncalled" ON "email_message" ("created_on")
        WHERE "status" = 'pending' AND "enqueued_at" IS NULL`);

    await queryRunner.query(`
      CREATE TABLE "email_recipient" (
        "id" bigserial NOT NULL,
        "email_id" uuid NOT NULL,
        "created_on" timestamptz NOT NULL,
        "kind" text NOT NULL,
        "name" text,
        "address" text NOT NULL,
        "normalised" text NOT NULL,
        "cleared" boolean NOT NULL DEFAULT false,
        "verdict" text,
        "detail" text,
        "smtp_code" integer,
        "enhanced_code" text,
        CONSTRAINT "email_recipient_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "email_recipient_once" UNIQUE ("email_id", "normalised"),
        CONSTRAINT "email_recipient_kind" CHECK ("kind" IN ('to', 'cc', 'bcc')),
        CONSTRAINT "email_recipient_verdict" CHECK ("verdict" IN ('accepted', 'refused', 'deferred', 'blocked')),
        CONSTRAINT "email_recipient_email_id_fkey"
          FOREIGN KEY ("email_id") REFERENCES "email_message" ("id") ON DELETE CASCADE
      )`);
    await queryRunner.query(`
      CREATE INDEX "email_recipient_window" ON "email_recipient" ("normalised", "created_on", "id")`);
    await queryRunner.query(`
      CREATE INDEX "email_recipient_dead" ON "email_recipient" ("normalised")
        WHERE "verdict" = 'refused' AND "enhanced_code" IN ('5.1.1', '5.1.2', '5.1.6', '5.1.10')`);

    await queryRunner.query(`
      CREATE TABLE "email_event" (
        "id" bigserial NOT NULL,
        "email_id" uuid NOT NULL,
        "at" timestamptz NOT NULL DEFAULT clock_timestamp(),
        "kind" text NOT NULL,
        "detail" text,
        CONSTRAINT "email_event_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "email_event_email_id_fkey"
          FOREIGN KEY ("email_id") REFERENCES "email_message" ("id") ON DELETE CASCADE
      )`);
    await queryRunner.query(`CREATE INDEX "email_event_of_email" ON "email_event" ("email_id", "id")`);

    await queryRunner.query(`
      CREATE TABLE "email_block" (
        "pattern" text NOT NULL,
        "list" text NOT NULL,
        "reason" text,
        "expires_on" timestamptz,
        "created_on" timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT "email_block_pkey" PRIMARY KEY ("pattern"),
        CONSTRAINT "email_block_list" CHECK ("list" IN ('allow', 'deny'))
      )`);
    await queryRunner.query(`
      CREATE INDEX "email_block_wildcard" ON "email_block" ("pattern") WHERE "pattern" LIKE '%*%'`);

    await queryRunner.query(`
      CREATE TABLE "email_content" (
        "hash" text NOT NULL,
        "size" bigint NOT NULL,
        "store" text NOT NULL,
        "key" uuid NOT NULL,
        "used_on" timestamptz NOT NULL DEFAULT now(),
        "damaged" boolean NOT NULL DEFAULT false,
        CONSTRAINT "email_content_pkey" PRIMARY KEY ("hash"),
        CONSTRAINT "email_content_key" UNIQUE ("key")
      )`);
    await queryRunner.query(`CREATE INDEX "email_content_used" ON "email_content" ("used_on")`);

    await queryRunner.query(`
      CREATE TABLE "email_content_draft" (
        "key" uuid NOT NULL,
        "store" text NOT NULL,
        "remove_after" timestamptz NOT NULL,
        CONSTRAINT "email_content_draft_pkey" PRIMARY KEY ("key")
      )`);

    await queryRunner.query(`
      CREATE TABLE "email_content_chunk" (
        "key" uuid NOT NULL,
        "position" integer NOT NULL,
        "bytes" bytea NOT NULL,
        CONSTRAINT "email_content_chunk_pkey" PRIMARY KEY ("key", "position")
      )`);
    // Attachments are compressed already, most of them: trying again costs time and saves nothing.
    await queryRunner.query(`ALTER TABLE "email_content_chunk" ALTER COLUMN "bytes" SET STORAGE EXTERNAL`);

    await queryRunner.query(`
      CREATE TABLE "email_attachment" (
        "email_id" uuid NOT NULL,
        "position" integer NOT NULL,
        "filename" text NOT NULL,
        "content_type" text NOT NULL,
        "cid" text,
        "hash" text NOT NULL,
        "size" bigint NOT NULL,
        CONSTRAINT "email_attachment_pkey" PRIMARY KEY ("email_id", "position"),
        CONSTRAINT "email_attachment_email_id_fkey"
          FOREIGN KEY ("email_id") REFERENCES "email_message" ("id") ON DELETE CASCADE,
        CONSTRAINT "email_attachment_hash_fkey" FOREIGN KEY ("hash") REFERENCES "email_content" ("hash")
      )`);
    await queryRunner.query(`CREATE INDEX "email_attachment_hash" ON "email_attachment" ("hash")`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "email_attachment"`);
    await queryRunner.query(`DROP TABLE "email_content_chunk"`);
    await queryRunner.query(`DROP TABLE "email_content_draft"`);
    await queryRunner.query(`DROP TABLE "email_content"`);
    await queryRunner.query(`DROP TABLE "email_block"`);
    await queryRunner.query(`DROP TABLE "email_event"`);
    await queryRunner.query(`DROP TABLE "email_recipient"`);
    await queryRunner.query(`DROP TABLE "email_message"`);
  }
}
