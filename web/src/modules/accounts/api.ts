import { useQuery } from "@tanstack/react-query";
import { api, body } from "@shell/api/client";

export const useOrganisation = (org: string) =>
  useQuery({ queryKey: ["organisation", org], queryFn: () => body(api.GET("/api/v1/orgs/{org}", { params: { path: { org } } })) });

export const useMembers = (org: string) =>
  useQuery({ queryKey: ["members", org], queryFn: () => body(api.GET("/api/v1/orgs/{org}/members", { params: { path: { org } } })) });

export const useInvitations = (org: string) =>
  useQuery({ queryKey: ["invitations", org], queryFn: () => body(api.GET("/api/v1/orgs/{org}/invitations", { params: { path: { org } } })) });

export const useRoles = (org: string) =>
  useQuery({ queryKey: ["roles", org], staleTime: Infinity, queryFn: () => body(api.GET("/api/v1/orgs/{org}/roles", { params: { path: { org } } })) });

export const useAccountSessions = () =>
  useQuery({ queryKey: ["account_sessions"], queryFn: () => body(api.GET("/api/v1/account/sessions")) });

export const useTokens = () => useQuery({ queryKey: ["tokens"], queryFn: () => body(api.GET("/api/v1/account/tokens")) });

export const roles = ["owner", "manager", "staff", "approver", "auditor", "partner", "volunteer"] as const;
export type Role = (typeof roles)[number];
