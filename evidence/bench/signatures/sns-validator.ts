import MessageValidator from 'sns-validator';
import { GENUINE, type Signed } from './signed.ts';

const validator = new MessageValidator();

export const handler = ({ body }: Signed) =>
  new Promise((resolve, reject) => {
    validator.validate(JSON.parse(body), (error) => (error === null ? resolve(GENUINE) : reject(error)));
  });
