import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Bytes in the store that no content consists of: they are being written, or are to be removed. The row is there before
 * the first byte and until the last, so nothing is ever left behind in a store.
 *
 * @publicApi
 */
@Entity('email_content_draft')
export class EmailContentDraft {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'email_content_draft_pkey' })
  key!: string;

  /** The name of the store that has them. */
  @Column('text')
  store!: string;

  @Column('timestamptz', { name: 'remove_after' })
  removeAfter!: Date;
}
