import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A piece of what the store `'database'` holds. @publicApi */
@Entity('email_content_chunk')
export class EmailContentChunk {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'email_content_chunk_pkey' })
  key!: string;

  /** From 0, without a gap. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'email_content_chunk_pkey' })
  position!: number;

  @Column('bytea')
  bytes!: Buffer;
}
