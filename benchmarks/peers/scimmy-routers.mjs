import express from 'express';
import SCIMMY from 'scimmy';
import ScimmyRouters from 'scimmy-routers';
import { announce, readGroup, readUsers, saveGroup, token } from './store.mjs';

// scimmy-routers as its manual shows it: Express, with handlers that read a store.
SCIMMY.Resources.declare(SCIMMY.Resources.User).egress(async ({ id, filter }) => {
  const users = await readUsers();
  if (id !== undefined) {
    const user = users.find((one) => one.id === id);
    if (user === undefined) throw new SCIMMY.Types.Error(404, null, `User ${id} does not exist`);
    return user;
  }
  return filter === undefined ? users : filter.match(users);
});
SCIMMY.Resources.declare(SCIMMY.Resources.Group)
  .egress(async ({ id }) => {
    const group = await readGroup(id ?? 'group-1');
    if (group === undefined) throw new SCIMMY.Types.Error(404, null, `Group ${id} does not exist`);
    return id === undefined ? [group] : group;
  })
  .ingress(async ({ id }, instance) => {
    const group = { ...JSON.parse(JSON.stringify(instance)), id };
    await saveGroup({ ...group, members: group.members ?? [] });
    return group;
  });

const authenticate = (request) => {
  if (request.header('Authorization') !== `Bearer ${token}`) throw new Error('The token is wrong');
  return 'provider';
};
const app = express();
app.use('/scim/v2', new ScimmyRouters({ type: 'bearer', handler: authenticate }));
const server = app.listen(0, '127.0.0.1', () => announce(server));
