#!/usr/bin/env node
// requirements: npm install jsforce@3.10.16
// jsforce against `mock-salesforce serve`: one line a check, then `N passed, N failed`.
'use strict';
const jsforce = require('jsforce');
const assert = require('node:assert/strict');
const { randomUUID } = require('node:crypto');

const { BASE_URL, SF_USERNAME, SF_PASSWORD, SF_SECURITY_TOKEN, SF_CLIENT_ID, SF_CLIENT_SECRET } = process.env;
const RUN = randomUUID().slice(0, 8);
const oauth2 = { loginUrl: BASE_URL, clientId: SF_CLIENT_ID, clientSecret: SF_CLIENT_SECRET };
const connection = (more = {}) => new jsforce.Connection({ loginUrl: BASE_URL, version: '62.0', ...more });
const lead = (n, more = {}) => ({ LastName: `Own${RUN}${n}`, Company: `Own ${n}`, Email: `own${n}.${RUN}@example.com`, ...more });
let passed = 0;
let failed = 0;

async function check(name, run) {
  try {
    await run();
    passed += 1;
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}: ${error.name}: ${String(error.message).replace(/\s+/g, ' ').slice(0, 300)}`);
  }
}

async function refused(promise, code) {
  await assert.rejects(promise, (error) => { assert.equal(error.errorCode ?? error.name, code, error.message); return true; });
}

(async () => {
  const conn = connection();
  await check('logins: SOAP, password, client credentials; a wrong password is refused', async () => {
    const user = await conn.login(SF_USERNAME, SF_PASSWORD + SF_SECURITY_TOKEN);
    assert.match(user.id, /^005/);
    assert.equal((await connection({ oauth2 }).login(SF_USERNAME, SF_PASSWORD + SF_SECURITY_TOKEN)).id, user.id);
    const app = connection({ oauth2 });
    await app.authorize({ grant_type: 'client_credentials' });
    assert.equal((await app.identity()).user_id, user.id);
    await assert.rejects(connection().login(SF_USERNAME, 'WRONG'), /INVALID_LOGIN/);
  });
  await check('a dead session is renewed and the call repeated', async () => {
    const own = connection();
    await own.login(SF_USERNAME, SF_PASSWORD + SF_SECURITY_TOKEN);
    own.accessToken = '00D!INVALID';
    assert.equal((await own.query('SELECT Id FROM Organization')).totalSize, 1);
  });
  await check('rows: create, change, upsert, collections, refusals', async () => {
    const made = await conn.sobject('Lead').create(lead(1));
    await conn.sobject('Lead').update({ Id: made.id, Title: 'x' });
    assert.equal((await conn.sobject('Lead').retrieve(made.id)).Title, 'x');
    await conn.sobject('Lead').upsert({ External_Id__c: `${RUN}-e`, ...lead(2) }, 'External_Id__c');
    const many = await conn.sobject('Lead').create([lead(3), { LastName: 'no company' }, lead(4)]);
    assert.deepEqual(many.map((one) => one.success), [true, false, true]);
    await refused(conn.sobject('Lead').create({ LastName: 'x' }), 'REQUIRED_FIELD_MISSING');
    await refused(conn.query('SELECT Nothing FROM Lead'), 'INVALID_FIELD');
  });
  await check('bulk 1.0 and bulk 2.0', async () => {
    const rows = (kind) => Array.from({ length: 300 }, (_, n) => lead(`${kind}${n}`));
    const one = await conn.bulk.load('Lead', 'insert', rows('p'));
    assert.equal(one.filter((row) => row.success).length, 300);
    const two = await conn.bulk2.loadAndWaitForResults({ object: 'Lead', operation: 'insert', input: rows('q') });
    assert.equal(two.successfulResults.length, 300);
    const records = await (await conn.bulk2.query(`SELECT Id, Email FROM Lead WHERE LastName LIKE 'Own${RUN}%'`)).toArray();
    assert.equal(records.length, 604);
  });
  await check('queries page and join', async () => {
    const account = await conn.sobject('Account').create({ Name: `Own ${RUN}` });
    await conn.sobject('Contact').create({ LastName: 'y', AccountId: account.id });
    const joined = await conn.query(`SELECT Name, (SELECT LastName FROM Contacts) FROM Account WHERE Id = '${account.id}'`);
    assert.equal(joined.records[0].Contacts.records[0].LastName, 'y');
    const all = await conn.query(`SELECT Id FROM Lead WHERE LastName LIKE 'Own${RUN}%'`, { autoFetch: true, maxFetch: 1000, headers: { 'Sforce-Query-Options': 'batchSize=200' } });
    assert.equal(all.records.length, 604);
  });
  await check('a lead is converted over SOAP', async () => {
    const made = await conn.sobject('Lead').create(lead(5));
    const done = await conn.soap.convertLead({ leadId: made.id, convertedStatus: 'Closed - Converted' });
    assert.equal(String(done.success), 'true');
    assert.equal((await conn.sobject('Lead').retrieve(made.id)).ConvertedContactId, done.contactId);
  });
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
})();
