import { createAccount, fillSignUp, heading, newPerson } from './support/steps.ts';
import { expect, test } from './support/test.ts';

/** Attributes of the realm's user profile, in the form in which Keycloak has them. */
const LOOM = {
  name: 'loom',
  displayName: 'Your loom',
  required: { roles: ['user'] },
  validations: { options: { options: ['floor', 'table', 'none'] } },
  annotations: {
    inputType: 'select',
    inputOptionLabels: { floor: 'A floor loom', table: 'A table loom', none: 'None yet' },
  },
};
const SKILLS = {
  name: 'skills',
  displayName: 'What you can do',
  multivalued: true,
  validations: { options: { options: ['spin', 'dye', 'knot'] } },
  annotations: {
    inputType: 'multiselect-checkboxes',
    inputOptionLabels: { spin: 'Spin', dye: 'Dye', knot: 'Knot' },
  },
};
const SINCE = {
  name: 'since',
  displayName: 'Weaving since',
  validations: { 'iso-date': {} },
  annotations: { inputType: 'html5-date' },
};

test.use({ portalOptions: { attributes: [LOOM, SKILLS, SINCE] } });

test('the form asks what the realm’s user profile asks', async ({ page, portal }) => {
  const ada = await portal.member('Ada', { attributes: { loom: ['floor'] } });
  const link = await portal.link(ada);

  await page.goto(link.url);
  const loom = page.getByLabel('Your loom');
  await fillSignUp(page, newPerson());
  await createAccount(page);
  await expect(loom).toBeFocused();
  await expect(loom).toHaveAccessibleDescription('Please fill this in.');
  await loom.selectOption('A table loom');
  const skills = page.getByRole('group', { name: 'What you can do' });
  await skills.getByLabel('Spin').check();
  await skills.getByLabel('Knot').check();
  await page.getByLabel('Weaving since').fill('1999-12-31');
  await createAccount(page);
  await expect(heading(page, 'One more step, Grace')).toBeVisible();

  const [account] = await portal.accounts(link);
  expect(account?.attributes).toMatchObject({
    loom: ['table'],
    skills: ['spin', 'knot'],
    since: ['1999-12-31'],
  });
});
