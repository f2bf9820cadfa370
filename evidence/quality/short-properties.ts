import fc from 'fast-check';

// Each of two thousand mutants meets a hundred properties: one that has found nothing within this time, in ms, is given up.
fc.configureGlobal({ interruptAfterTimeLimit: 1_500 });
