import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** An entry of the allow or the deny list. @publicApi */
@Entity('email_block')
@Check('email_block_list', `"list" IN ('allow', 'deny')`)
export class EmailBlock {
  /** `a@example.com` or `@example.com`, in lower case. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'email_block_pkey' })
  pattern!: string;

  @Column('text')
  list!: 'allow' | 'deny';

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('timestamptz', { name: 'created_on', default: () => 'clock_timestamp()' })
  createdOn!: Date;
}
