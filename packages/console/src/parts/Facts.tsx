/** Labels with their values; on a narrow screen the value stands below its label. */
import { Descriptions, Grid, type DescriptionsProps } from 'antd';

export const Facts = (props: DescriptionsProps) => {
  const isWide = Grid.useBreakpoint().sm ?? true;
  return (
    <Descriptions
      size="small"
      column={1}
      layout={isWide ? 'horizontal' : 'vertical'}
      colon={isWide}
      styles={{ title: { fontSize: 13 }, header: { marginBottom: 8 } }}
      {...props}
    />
  );
};
