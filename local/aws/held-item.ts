import db from 'dynalite/db/index.js';
import putItem from 'dynalite/validations/putItem.js';
import updateItem from 'dynalite/validations/updateItem.js';

/**
 * Teaches dynalite `ReturnValuesOnConditionCheckFailure`: a write whose condition fails gets the item that is there.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
export const returnHeldItems = (): void => {
  for (const { types } of [putItem, updateItem])
    types.ReturnValuesOnConditionCheckFailure = { type: 'String', enum: ['ALL_OLD', 'NONE'] };
  const { checkConditional } = db;
  db.checkConditional = (data, held) => {
    const error = checkConditional(data, held);
    if (error && held && data.ReturnValuesOnConditionCheckFailure === 'ALL_OLD') error.body.Item = held;
    return error;
  };
};
