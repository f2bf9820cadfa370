import { GatepostStack } from '../lib/gatepost-stack.ts';
import { runApp } from '../lib/run-app.ts';

// This is the file to edit: which providers post to your Gatepost, and how. Your editor shows what every setting means
// and what it is when left out. What is wrong here fails `npx cdk synth` with a sentence that says what would be right.
// What each provider needs, and where to enter the URL: docs/providers.md. How to deploy it: docs/deploy.md.

runApp((app) => {
  new GatepostStack(app, 'Gatepost', {
    // Take out what you don't use. Each source has a name, which is its URL as well: POST /hooks/<name>. All but iVvy have
    // a secret in Secrets Manager, `gatepost/<name>`: set it after the first deployment.
    sources: {
      // Venue and event management. SNS signs what comes from it, so there is no secret to set.
      ivvy: {
        provider: 'ivvy',
        // The ids of your iVvy accounts. All of an account's endpoint keys point to the same URL.
        accountIds: ['14'],
        // Once iVvy has told you the ARNs of your topics, only these:
        // topicArns: ['arn:aws:sns:ap-southeast-2:232528047142:iVvy_Account_14_…_NotifCompanies'],
      },

      // Payments from bank accounts, with the signature that Ivy had before it became Augustus.
      ivy: {
        provider: 'ivy',
        // Ivy's dashboard lists the addresses that it sends from; take them over to let no other in:
        // sourceIps: ['192.0.2.10', '192.0.2.11'],
      },

      // What Ivy became: payouts, returns, deposits and conversions.
      augustus: {
        provider: 'augustus',
        // How far off the time of signing may be, back and ahead, in seconds.
        tolerance: 5 * 60,
      },

      // Invoicing. You make up its secret yourself: openssl rand -hex 32
      altoviz: {
        provider: 'altoviz',
        // The addresses that Altoviz documents. Nobody else gets in then, `npm run send` included:
        // sourceIps: ['20.23.10.180', '20.23.10.181'],
      },

      // Projects and timesheets. One URL an event: POST /hooks/avaza/timesheet_created
      avaza: {
        provider: 'avaza',
      },

      // A second connection to the same provider is another name:
      // 'altoviz-sandbox': { provider: 'altoviz' },
    },
  });
});
