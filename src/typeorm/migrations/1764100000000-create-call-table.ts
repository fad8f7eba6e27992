import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCallTable1764100000000 implements MigrationInterface {
  readonly name = 'CreateCallTable1764100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE "celeriac_call" (
        "seq" bigserial NOT NULL,
        "namespace" text NOT NULL,
        "queue" text NOT NULL,
        "id" text NOT NULL,
        "name" text NOT NULL,
        "envelope" json NOT NULL,
        "priority" smallint NOT NULL,
        "created_on" timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT "celeriac_call_pkey" PRIMARY KEY ("seq")
      )`);
    await queryRunner.query(
      `CREATE INDEX "celeriac_call_order" ON "celeriac_call" ("namespace", "queue", "seq")`,
    );
    await queryRunner.query(`CREATE INDEX "celeriac_call_id" ON "celeriac_call" ("id")`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "celeriac_call"`);
  }
}
