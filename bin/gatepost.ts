import { App } from 'aws-cdk-lib';
import { GatepostStack } from '../lib/gatepost-stack.ts';

// This is the file to edit: which providers post to your Gatepost, and how. Your editor shows what every setting means
// and what it is when left out. What is wrong here fails `npx cdk synth` with a sentence that says what would be right.

const app = new App();

new GatepostStack(app, 'Gatepost', {
  sources: {
    // Each source has a name, which is its URL as well: POST /hooks/ivvy
    ivvy: {
      provider: 'ivvy',
      // The ids of your iVvy accounts. All of an account's endpoint keys point to the same URL.
      accountIds: ['14'],
      // Once iVvy has told you the ARNs of your topics, only these: topicArns: ['arn:aws:sns:…'],
    },

    // POST /hooks/altoviz. Its secret is in Secrets Manager, as gatepost/altoviz: set it after the first deployment.
    altoviz: {
      provider: 'altoviz',
    },

    // A second connection to the same provider is another name:
    // 'altoviz-sandbox': { provider: 'altoviz' },
  },
});
