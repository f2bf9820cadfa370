import { GatepostStack } from '../lib/gatepost-stack.ts';
import { runApp } from '../lib/run-app.ts';

// Edit this file: it lists your sources and their settings. Your editor shows what every setting means and its default.
// A wrong setting fails `npx cdk synth` with a message that says what is valid.
// What each provider needs, and where to enter the URL: docs/providers.md. How to deploy: docs/deploy.md.

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
        // Ivy's dashboard lists the addresses that it sends from; list them to refuse all others:
        // sourceIps: ['192.0.2.10', '192.0.2.11'],
      },

      // The successor of Ivy: payouts, returns, deposits and conversions.
      augustus: {
        provider: 'augustus',
        // How far the time of signing may lie in the past or future, in seconds.
        tolerance: 5 * 60,
      },

      // Invoicing. You choose its secret: openssl rand -hex 32
      altoviz: {
        provider: 'altoviz',
        // The addresses that Altoviz documents. All others are then refused, `npm run send` included:
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
