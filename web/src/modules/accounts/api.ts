import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, body } from "@shell/api/client";
import { nextCursor } from "@shell/data_table";

export const roles = ["owner", "manager", "staff", "approver", "auditor", "partner", "volunteer"] as const;
export type Role = (typeof roles)[number];
export const memberSorts = ["joined", "name", "-last_seen"] as const;
export const invitationStates = ["open", "used", "expired"] as const;
export interface MemberFilter { text?: string; role?: Role; sort?: (typeof memberSorts)[number] }
export interface InvitationFilter { text?: string; state?: (typeof invitationStates)[number] }

const first = undefined as string | undefined;

export const useOrganisation = (org: string) =>
  useQuery({ queryKey: ["organisation", org], queryFn: () => body(api.GET("/api/v1/orgs/{org}", { params: { path: { org } } })) });

export const useMembers = (org: string, filter: MemberFilter) =>
  useInfiniteQuery({ queryKey: ["members", org, filter], initialPageParam: first, getNextPageParam: nextCursor,
    queryFn: ({ pageParam }) => body(api.GET("/api/v1/orgs/{org}/members", { params: { path: { org }, query: { ...filter, after: pageParam } } })) });

export const useInvitations = (org: string, filter: InvitationFilter) =>
  useInfiniteQuery({ queryKey: ["invitations", org, filter], initialPageParam: first, getNextPageParam: nextCursor,
    queryFn: ({ pageParam }) => body(api.GET("/api/v1/orgs/{org}/invitations", { params: { path: { org }, query: { ...filter, after: pageParam } } })) });

export const useRoles = (org: string) =>
  useQuery({ queryKey: ["roles", org], staleTime: Infinity, queryFn: () => body(api.GET("/api/v1/orgs/{org}/roles", { params: { path: { org } } })) });

export const useAccountSessions = () =>
  useInfiniteQuery({ queryKey: ["account_sessions"], initialPageParam: first, getNextPageParam: nextCursor,
    queryFn: ({ pageParam }) => body(api.GET("/api/v1/account/sessions", { params: { query: { limit: 20, after: pageParam } } })) });

export const useTokens = () =>
  useInfiniteQuery({ queryKey: ["tokens"], initialPageParam: first, getNextPageParam: nextCursor,
    queryFn: ({ pageParam }) => body(api.GET("/api/v1/account/tokens", { params: { query: { limit: 20, after: pageParam } } })) });

export const useIdentities = () => useQuery({ queryKey: ["identities"], queryFn: () => body(api.GET("/api/v1/account/identities")) });
