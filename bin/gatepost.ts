import { GatepostStack } from '../lib/gatepost-stack.ts';
import { runApp } from '../lib/run-app.ts';

// Edit this file: it lists your sources and their settings. Your editor shows the meaning and the default of each setting.
// An invalid setting fails `npx cdk synth` with a message that lists the valid ones.
// docs/providers.md describes the settings of each provider, docs/deploy.md the deployment.

runApp((app) => {
  new GatepostStack(app, 'Gatepost', {
    // Remove the sources that you don't use. A source's name is part of its URL: POST /hooks/<name>. All except iVvy have a
    // secret in Secrets Manager, `gatepost/<name>`: set it after the first deployment.
    sources: {
      // Venue and event management. SNS signs its deliveries, so it has no secret.
      ivvy: {
        provider: 'ivvy',
        // The ids of your iVvy accounts. All of an account's endpoint keys point to the same URL.
        accountIds: ['14'],
        // Accept these topics only, after `gatepost subscribe ivvy` has printed their ARNs:
        // topicArns: ['arn:aws:sns:ap-southeast-2:232528047142:iVvy_Account_14_…_NotifCompanies'],
      },

      // Payments from bank accounts, with the signature of Ivy before it became Augustus.
      ivy: {
        provider: 'ivy',
        // Ivy's dashboard lists the addresses of its deliveries. List them to refuse all others:
        // sourceIps: ['192.0.2.10', '192.0.2.11'],
      },

      // The successor of Ivy: payouts, returns, deposits and conversions.
      augustus: {
        provider: 'augustus',
        // The maximum difference between the time of signing and the current time, in seconds.
        tolerance: 5 * 60,
      },

      // Invoicing. You choose its secret: openssl rand -hex 32
      altoviz: {
        provider: 'altoviz',
        // The addresses that Altoviz documents. All others are then refused, `npm run send` included:
        // sourceIps: ['20.23.10.180', '20.23.10.181'],
      },

      // Projects and timesheets. Each event has its own URL: POST /hooks/avaza/timesheet_created
      avaza: {
        provider: 'avaza',
      },

      // A second connection to the same provider needs another name:
      // 'altoviz-sandbox': { provider: 'altoviz' },
    },
  });
});
