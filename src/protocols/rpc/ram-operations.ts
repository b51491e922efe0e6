// The operations of the access management, in the order pages and forms list them.

import type { Operation } from './operation.ts';
import { AddUserToGroup } from './operations/ram/AddUserToGroup.ts';
import { AttachPolicyToGroup } from './operations/ram/AttachPolicyToGroup.ts';
import { AttachPolicyToRole } from './operations/ram/AttachPolicyToRole.ts';
import { AttachPolicyToUser } from './operations/ram/AttachPolicyToUser.ts';
import { BindMFADevice } from './operations/ram/BindMFADevice.ts';
import { ChangePassword } from './operations/ram/ChangePassword.ts';
import { ClearAccountAlias } from './operations/ram/ClearAccountAlias.ts';
import { CreateAccessKey } from './operations/ram/CreateAccessKey.ts';
import { CreateGroup } from './operations/ram/CreateGroup.ts';
import { CreateLoginProfile } from './operations/ram/CreateLoginProfile.ts';
import { CreatePolicy } from './operations/ram/CreatePolicy.ts';
import { CreatePolicyVersion } from './operations/ram/CreatePolicyVersion.ts';
import { CreateRole } from './operations/ram/CreateRole.ts';
import { CreateUser } from './operations/ram/CreateUser.ts';
import { CreateVirtualMFADevice } from './operations/ram/CreateVirtualMFADevice.ts';
import { DecodeDiagnosticMessage } from './operations/ram/DecodeDiagnosticMessage.ts';
import { DeleteAccessKey } from './operations/ram/DeleteAccessKey.ts';
import { DeleteGroup } from './operations/ram/DeleteGroup.ts';
import { DeleteLoginProfile } from './operations/ram/DeleteLoginProfile.ts';
import { DeletePolicy } from './operations/ram/DeletePolicy.ts';
import { DeletePolicyVersion } from './operations/ram/DeletePolicyVersion.ts';
import { DeleteRole } from './operations/ram/DeleteRole.ts';
import { DeleteUser } from './operations/ram/DeleteUser.ts';
import { DeleteVirtualMFADevice } from './operations/ram/DeleteVirtualMFADevice.ts';
import { DetachPolicyFromGroup } from './operations/ram/DetachPolicyFromGroup.ts';
import { DetachPolicyFromRole } from './operations/ram/DetachPolicyFromRole.ts';
import { DetachPolicyFromUser } from './operations/ram/DetachPolicyFromUser.ts';
import { GetAccessKeyLastUsed } from './operations/ram/GetAccessKeyLastUsed.ts';
import { GetAccountAlias } from './operations/ram/GetAccountAlias.ts';
import { GetGroup } from './operations/ram/GetGroup.ts';
import { GetLoginProfile } from './operations/ram/GetLoginProfile.ts';
import { GetPasswordPolicy } from './operations/ram/GetPasswordPolicy.ts';
import { GetPolicy } from './operations/ram/GetPolicy.ts';
import { GetPolicyVersion } from './operations/ram/GetPolicyVersion.ts';
import { GetRole } from './operations/ram/GetRole.ts';
import { GetSecurityPreference } from './operations/ram/GetSecurityPreference.ts';
import { GetUser } from './operations/ram/GetUser.ts';
import { GetUserMFAInfo } from './operations/ram/GetUserMFAInfo.ts';
import { ListAccessKeys } from './operations/ram/ListAccessKeys.ts';
import { ListEntitiesForPolicy } from './operations/ram/ListEntitiesForPolicy.ts';
import { ListGroups } from './operations/ram/ListGroups.ts';
import { ListGroupsForUser } from './operations/ram/ListGroupsForUser.ts';
import { ListPolicies } from './operations/ram/ListPolicies.ts';
import { ListPoliciesForGroup } from './operations/ram/ListPoliciesForGroup.ts';
import { ListPoliciesForRole } from './operations/ram/ListPoliciesForRole.ts';
import { ListPoliciesForUser } from './operations/ram/ListPoliciesForUser.ts';
import { ListPolicyVersions } from './operations/ram/ListPolicyVersions.ts';
import { ListRoles } from './operations/ram/ListRoles.ts';
import { ListTagResources } from './operations/ram/ListTagResources.ts';
import { ListUsers } from './operations/ram/ListUsers.ts';
import { ListUsersForGroup } from './operations/ram/ListUsersForGroup.ts';
import { ListVirtualMFADevices } from './operations/ram/ListVirtualMFADevices.ts';
import { RemoveUserFromGroup } from './operations/ram/RemoveUserFromGroup.ts';
import { SetAccountAlias } from './operations/ram/SetAccountAlias.ts';
import { SetDefaultPolicyVersion } from './operations/ram/SetDefaultPolicyVersion.ts';
import { SetPasswordPolicy } from './operations/ram/SetPasswordPolicy.ts';
import { SetSecurityPreference } from './operations/ram/SetSecurityPreference.ts';
import { TagResources } from './operations/ram/TagResources.ts';
import { UnbindMFADevice } from './operations/ram/UnbindMFADevice.ts';
import { UntagResources } from './operations/ram/UntagResources.ts';
import { UpdateAccessKey } from './operations/ram/UpdateAccessKey.ts';
import { UpdateGroup } from './operations/ram/UpdateGroup.ts';
import { UpdateLoginProfile } from './operations/ram/UpdateLoginProfile.ts';
import { UpdatePolicyDescription } from './operations/ram/UpdatePolicyDescription.ts';
import { UpdateRole } from './operations/ram/UpdateRole.ts';
import { UpdateUser } from './operations/ram/UpdateUser.ts';

export const ramOperations: readonly Operation[] = [
  // Users
  CreateUser,
  GetUser,
  UpdateUser,
  DeleteUser,
  ListUsers,
  // Access keys
  CreateAccessKey,
  UpdateAccessKey,
  DeleteAccessKey,
  ListAccessKeys,
  GetAccessKeyLastUsed,
  // Groups
  CreateGroup,
  GetGroup,
  UpdateGroup,
  DeleteGroup,
  ListGroups,
  AddUserToGroup,
  RemoveUserFromGroup,
  ListGroupsForUser,
  ListUsersForGroup,
  // Policies
  CreatePolicy,
  GetPolicy,
  UpdatePolicyDescription,
  DeletePolicy,
  ListPolicies,
  CreatePolicyVersion,
  GetPolicyVersion,
  SetDefaultPolicyVersion,
  DeletePolicyVersion,
  ListPolicyVersions,
  AttachPolicyToUser,
  DetachPolicyFromUser,
  ListPoliciesForUser,
  AttachPolicyToGroup,
  DetachPolicyFromGroup,
  ListPoliciesForGroup,
  AttachPolicyToRole,
  DetachPolicyFromRole,
  ListPoliciesForRole,
  ListEntitiesForPolicy,
  // Roles
  CreateRole,
  GetRole,
  UpdateRole,
  DeleteRole,
  ListRoles,
  // Tags
  TagResources,
  UntagResources,
  ListTagResources,
  // Signing in
  CreateLoginProfile,
  GetLoginProfile,
  UpdateLoginProfile,
  DeleteLoginProfile,
  ChangePassword,
  CreateVirtualMFADevice,
  BindMFADevice,
  GetUserMFAInfo,
  UnbindMFADevice,
  DeleteVirtualMFADevice,
  ListVirtualMFADevices,
  // The account
  SetPasswordPolicy,
  GetPasswordPolicy,
  SetSecurityPreference,
  GetSecurityPreference,
  SetAccountAlias,
  GetAccountAlias,
  ClearAccountAlias,
  // Refusals
  DecodeDiagnosticMessage,
];
