import { Column, Entity, Generated, Index, PrimaryColumn } from 'typeorm';

/**
 * A call that was made in a transaction, until it is published to the broker.
 *
 * @publicApi
 */
@Entity('celeriac_call')
@Index('celeriac_call_order', ['namespace', 'queue', 'seq'])
@Index('celeriac_call_id', ['id'])
export class CeleriacCall {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'celeriac_call_pkey' })
  @Generated('increment')
  seq!: string;

  @Column('text')
  namespace!: string;

  @Column('text')
  queue!: string;

  /** The call's, not the row's: two transactions may have made the same call. */
  @Column('text')
  id!: string;

  /** The task's. */
  @Column('text')
  name!: string;

  /** As it is: `jsonb` would put the keys of arguments in another order. */
  @Column('json')
  envelope!: object;

  @Column('smallint')
  priority!: number;

  @Column('timestamptz', { name: 'created_on', default: () => 'clock_timestamp()' })
  createdOn!: Date;
}
