import type { DataSource } from 'typeorm';
import { EMAIL_ENTITIES } from './entities/index.js';
import { MissingEmailEntitiesError, UnsupportedDatabaseError } from './errors/index.js';

/** @throws {@link UnsupportedDatabaseError}, {@link MissingEmailEntitiesError} */
export function checkDatabase(database: DataSource): void {
  const driver = database.options.type;
  if (driver !== 'postgres') throw new UnsupportedDatabaseError(driver, 'EmailModule');
  if (!EMAIL_ENTITIES.every((entity) => database.hasMetadata(entity))) throw new MissingEmailEntitiesError();
}
