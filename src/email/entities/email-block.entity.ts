import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An entry of the allow or the deny list. @publicApi */
@Entity('email_block')
@Index('email_block_wildcard', ['pattern'], { where: `"pattern" LIKE '%*%'` })
@Check('email_block_list', `"list" IN ('allow', 'deny')`)
export class EmailBlock {
  /** `a@example.com`, `@example.com`, or with wildcards `*@*.example.com`; in lower case. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'email_block_pkey' })
  pattern!: string;

  @Column('text')
  list!: 'allow' | 'deny';

  @Column('text', { nullable: true })
  reason!: string | null;

  /** From then on it counts no more; null: for good. */
  @Column('timestamptz', { name: 'expires_on', nullable: true })
  expiresOn!: Date | null;

  @Column('timestamptz', { name: 'created_on', default: () => 'clock_timestamp()' })
  createdOn!: Date;
}
